//! Whether drawing allocates memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use tdf_domain::{Domain, Program};

use crate::Fixture;

/// The system's allocator, with an account of the allocations of each thread. A test binary that calls [`steady`] has it
/// as its own: `#[global_allocator] static ALLOCATOR: tdf_testkit::Counting = tdf_testkit::Counting;`
#[derive(Clone, Copy, Debug)]
pub struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends may allocate after its locals are gone.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: `System` keeps the contract of `GlobalAlloc`, and every request goes to it as it is. Counting allocates nothing: the
// counter of a thread is a constant without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller gives a layout whose size is not zero, as `System.alloc` wants.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller gives a block of this allocator, which is one of `System`, with the layout that it was made with.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller gives a block of this allocator, which is one of `System`, with its layout, and a size that is not zero.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Programs of size 8 that are drawn.
const PROGRAMS: usize = 200;

/// Drawing and observing a program that was drawn before allocates nothing.
///
/// # Panics
/// If it does, or the binary's allocator is not [`Counting`].
pub fn steady<D: Domain + Default>(fixture: &Fixture<D>) {
    let before = COUNT.get();
    let programs = fixture.programs_of_size(8, PROGRAMS);
    assert_ne!(
        COUNT.get(),
        before,
        "the allocator of this binary is not tdf_testkit::Counting"
    );
    let typed: Vec<D::Program> = programs
        .iter()
        .map(|p| D::Program::from_nodes(&fixture.language().to_written(p.nodes())))
        .collect();
    let mut image = vec![0; fixture.typed.canvas().bytes()];
    for round in 0..2 {
        for (program, tree) in typed.iter().zip(&programs) {
            let before = COUNT.get();
            let drawn = fixture.typed.render(program, &mut image);
            let observed = fixture.typed.observe_target(program, 0, &mut image);
            let allocations = COUNT.get() - before;
            assert!(
                round == 0 || allocations == 0 || drawn.is_err() || observed.is_err(),
                "{allocations} allocations: {} {}",
                fixture.language().print(tree.nodes()),
                fixture.again()
            );
        }
    }
}
