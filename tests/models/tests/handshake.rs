//! The handshake between a thread and the watchdog under loom, which runs the two in all orders that the memory model
//! allows. The source is that of the library; only the atomics are loom's.

/// A model of a thread that makes calls, of the watchdog, and of the handshake in the module `handshake` beside it. A call has a
/// description, which exists only while the call lasts.
macro_rules! model {
    () => {
        pub fn run() {
            loom::model(|| {
                let slot = loom::sync::Arc::new((handshake::Handshake::new(), loom::cell::UnsafeCell::new(0)));
                let watchdog = {
                    let slot = slot.clone();
                    loom::thread::spawn(move || {
                        let (handshake, description) = &*slot;
                        let Some(calls) = handshake.current() else { return };
                        // SAFETY: loom ends the test if the value may be written at the same time.
                        let seen = handshake.hold(calls, || description.with(|value| unsafe { *value }));
                        assert!(
                            seen.is_none_or(|value| value == calls),
                            "{calls} is described as {seen:?}"
                        );
                    })
                };
                let (handshake, description) = &*slot;
                for call in [1, 3] {
                    // SAFETY: as above.
                    description.with_mut(|value| unsafe { *value = call });
                    let entered = handshake.enter();
                    handshake.leave(entered);
                    // SAFETY: as above.
                    description.with_mut(|value| unsafe { *value = u64::MAX });
                }
                watchdog.join().unwrap();
            });
        }
    };
}

#[path = "handshake/fenced.rs"]
mod fenced;
#[path = "handshake/unfenced.rs"]
mod unfenced;

#[test]
fn a_call_is_looked_at_only_while_it_lasts() {
    fenced::run();
}

#[test]
#[should_panic(expected = "Causality violation")]
fn without_a_fence_loom_finds_the_failure() {
    unfenced::run();
}
