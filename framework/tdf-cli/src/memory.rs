//! Too little memory is one error, whoever notices it: Rust, libtorch, or a thread that cannot be started.
//!
//! libtorch tells by panics, which `tdf-model` turns into errors that name what would fit. What is noticed anywhere else,
//! where nothing can go on, ends the process here: the same error, and exit code 1.

use std::alloc::{GlobalAlloc, Layout, System};
#[cfg(feature = "torch")]
use std::ffi::CStr;
#[cfg(feature = "torch")]
use std::os::raw::{c_char, c_void};
#[cfg(feature = "torch")]
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "torch")]
use tdf_model::{asks_for_memory, is_guarded};

/// Without libtorch no panic asks for memory.
#[cfg(not(feature = "torch"))]
fn asks_for_memory(_: &str) -> Option<String> {
    None
}

#[cfg(not(feature = "torch"))]
fn is_guarded() -> bool {
    false
}

/// The system's allocator. Where that has no memory left it ends the process with the error, and not with a core dump.
#[derive(Debug)]
pub struct Allocator;

// SAFETY: everything is done by the system's allocator, which keeps the contract; a null pointer is never returned, as the
// contract allows.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of this very function.
        checked(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { System.realloc(pointer, layout, size) }, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn checked(pointer: *mut u8, size: usize) -> *mut u8 {
    if pointer.is_null() {
        end(Some(size));
    }
    pointer
}

/// Ends the process with the error. Nothing in it allocates, and no destructor runs: other threads are at work.
fn end(size: Option<usize>) -> ! {
    static TOLD: AtomicBool = AtomicBool::new(false);
    // One thread tells; others wait for the end.
    while TOLD.swap(true, Ordering::SeqCst) {
        std::thread::yield_now();
    }
    write(b"error: too little memory");
    if let Some(size) = size {
        let mut digits = [0; 20];
        write(b": ");
        write(decimal(size, &mut digits));
        write(b" bytes could not be allocated");
    }
    write(b"; a smaller batch, network, canvas or program size takes less\n");
    leave()
}

fn write(text: &[u8]) {
    // SAFETY: the pointer and the length are those of a slice. What cannot be written is not told.
    let _ = unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
}

fn leave() -> ! {
    // SAFETY: ends the process, and runs nothing of it.
    unsafe { libc::_exit(1) }
}

/// The digits of `number`, in `digits` from the right.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[first..];
        }
    }
}

/// What the panics of threads that cannot be started say.
const NO_THREAD: [&str; 2] = ["failed to spawn thread", "thread pool has not been initialized"];

/// Makes panics that tell of too little memory the error: an error further up, where a caller waits for one; else here.
pub fn take_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or_default();
        if let Some(asked) = asks_for_memory(text) {
            if is_guarded() {
                return;
            }
            fail(&asked);
        }
        if NO_THREAD.iter().any(|part| text.contains(part)) {
            fail("a thread could not be started (a limit of memory or of threads)");
        }
        default(panic);
    }));
}

fn fail(what: &str) -> ! {
    write(format!("error: too little memory: {what}\n").as_bytes());
    leave()
}

// The C++ runtime, by its names in the Itanium ABI: libtorch and this binary share it.
#[cfg(all(target_os = "linux", feature = "torch"))]
unsafe extern "C" {
    #[link_name = "_ZSt15set_new_handlerPFvvE"]
    fn set_new_handler(handler: extern "C" fn()) -> *mut c_void;
    #[link_name = "_ZSt13set_terminatePFvvE"]
    fn set_terminate(handler: extern "C" fn()) -> *mut c_void;
    fn __cxa_current_exception_type() -> *const TypeInfo;
}

/// The head of a `std::type_info`.
#[cfg(all(target_os = "linux", feature = "torch"))]
#[repr(C)]
struct TypeInfo {
    methods: *const c_void,
    name: *const c_char,
}

/// The handler of `std::terminate` before this program set its own.
#[cfg(all(target_os = "linux", feature = "torch"))]
static TERMINATE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Called by `operator new` where there is no memory left, in any thread.
#[cfg(all(target_os = "linux", feature = "torch"))]
extern "C" fn on_new_failing() {
    end(None);
}

/// Called where an exception reaches the end of a thread of libtorch's, or leaves code that promised none.
#[cfg(all(target_os = "linux", feature = "torch"))]
extern "C" fn on_terminate() {
    // SAFETY: the function has no conditions; what it gives is null or lives as long as the program.
    let kind = unsafe { __cxa_current_exception_type().as_ref() };
    // SAFETY: the name of a type is a string that lives as long as the program.
    let name = kind.map(|kind| unsafe { CStr::from_ptr(kind.name) }.to_bytes());
    // Threads that cannot be started are a `std::system_error`.
    if matches!(name, Some(b"St9bad_alloc" | b"St12system_error")) {
        end(None);
    }
    let before = TERMINATE.load(Ordering::SeqCst);
    if !before.is_null() {
        // SAFETY: it is what `std::set_terminate` gave: a function of this type.
        let before = unsafe { std::mem::transmute::<*mut c_void, extern "C" fn()>(before) };
        before();
    }
    std::process::abort();
}

/// Called on SIGSEGV under a limit of the address space. oneDNN goes on where it had no memory for the code of an operation,
/// and calls it at address 0. Whatever else is at fault faults once more, as if there were no handler.
#[cfg(all(target_os = "linux", feature = "torch"))]
extern "C" fn on_fault(signal: libc::c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    // SAFETY: the system gives a handler of this kind what it knows of the signal.
    let address = unsafe { (*info).si_addr() } as usize;
    if address < 4096 {
        end(None);
    }
    // SAFETY: may be called in a handler.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

#[cfg(all(target_os = "linux", feature = "torch"))]
fn take_calls_of_nothing() {
    // SAFETY: a value of zeros is one: no flags, no signals that are held back.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_fault as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO;
    // SAFETY: the handler is of the kind that SA_SIGINFO says, and does only what a handler may.
    unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, std::ptr::null_mut()) };
}

/// Sets the handlers of the C++ runtime, and under a limit of the address space lets all threads share one heap.
#[cfg(all(target_os = "linux", feature = "torch"))]
extern "C" fn before_libraries() {
    let mut limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: the pointer is to a value of the type that the function fills.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_AS, &raw mut limit) } == 0;
    // Each heap of glibc's reserves 64 MiB. Where the limit leaves no room for one, every allocation asks for it in vain
    // and maps pages of its own: so slow that it looks like a hang.
    if known && limit.rlim_cur != libc::RLIM_INFINITY {
        #[cfg(target_env = "gnu")]
        // SAFETY: sets a number of the allocator, before there is another thread.
        unsafe {
            libc::mallopt(libc::M_ARENA_MAX, 1)
        };
        take_calls_of_nothing();
    }
    // SAFETY: the handlers are functions that live as long as the program, and may be called from any thread.
    unsafe {
        set_new_handler(on_new_failing);
        TERMINATE.store(set_terminate(on_terminate), Ordering::SeqCst);
    }
}

/// Run before the constructors of shared libraries: those of libtorch ask for much memory.
#[cfg(all(target_os = "linux", feature = "torch"))]
#[used]
// SAFETY: the section is a list of functions without results that the loader calls when all libraries are mapped. This one
// stores a few numbers.
#[unsafe(link_section = ".preinit_array")]
static BEFORE_LIBRARIES: extern "C" fn() = before_libraries;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_memory() {
        for number in [0, 7, 10, 4096, usize::MAX] {
            assert_eq!(decimal(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }
}
