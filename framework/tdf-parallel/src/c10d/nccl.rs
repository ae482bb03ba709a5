//! NCCL's collectives between GPUs, through its C interface. The library stands beside every libtorch with CUDA and is
//! opened by name; a build needs none of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use libloading::Library;
use tch::{Kind, Tensor};

use super::ffi::{self, RawEvent, outcome};
use super::gloo::Gloo;
use crate::{CommunicatorError, ProcessRank};

const LIBRARY: &str = "libnccl.so.2";

/// `ncclUniqueId`.
#[repr(C)]
#[derive(Clone, Copy)]
struct UniqueId([u8; 128]);

type Comm = *mut c_void;
type Stream = *mut c_void;

const SUCCESS: c_int = 0;
/// `ncclInProgress`: what a communicator says of itself while it works in the background.
const IN_PROGRESS: c_int = 7;
const SUM: c_int = 0;

/// The functions that are called; nccl.h has them under these names since version 2.4.
struct Functions {
    get_unique_id: unsafe extern "C" fn(*mut UniqueId) -> c_int,
    comm_init_rank: unsafe extern "C" fn(*mut Comm, c_int, UniqueId, c_int) -> c_int,
    all_reduce: unsafe extern "C" fn(*const c_void, *mut c_void, usize, c_int, c_int, Comm, Stream) -> c_int,
    broadcast: unsafe extern "C" fn(*const c_void, *mut c_void, usize, c_int, c_int, Comm, Stream) -> c_int,
    comm_get_async_error: unsafe extern "C" fn(Comm, *mut c_int) -> c_int,
    comm_abort: unsafe extern "C" fn(Comm) -> c_int,
    get_error_string: unsafe extern "C" fn(c_int) -> *const c_char,
    /// Unloading it would take CUDA's state with it.
    _library: std::mem::ManuallyDrop<Library>,
}

impl Functions {
    fn open() -> Result<Self, String> {
        // SAFETY: opening a library runs its initialisers. Those of NCCL have run already: libtorch's CUDA part is linked to it.
        let library = unsafe { Library::new(LIBRARY) }.map_err(|e| {
            let reason = std::error::Error::source(&e).map_or_else(|| e.to_string(), ToString::to_string);
            format!("{LIBRARY} cannot be opened, which stands beside a libtorch for CUDA: {reason}")
        })?;
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the field that takes the function has its type from nccl.h. The copy outlives the symbol because the library
                // is never unloaded.
                *unsafe { library.get($name) }.map_err(|e| format!("{LIBRARY}: {e}"))?
            };
        }
        Ok(Self {
            get_unique_id: function!(b"ncclGetUniqueId\0"),
            comm_init_rank: function!(b"ncclCommInitRank\0"),
            all_reduce: function!(b"ncclAllReduce\0"),
            broadcast: function!(b"ncclBroadcast\0"),
            comm_get_async_error: function!(b"ncclCommGetAsyncError\0"),
            comm_abort: function!(b"ncclCommAbort\0"),
            get_error_string: function!(b"ncclGetErrorString\0"),
            _library: std::mem::ManuallyDrop::new(library),
        })
    }

    fn check(&self, what: &str, code: c_int) -> Result<(), String> {
        if code == SUCCESS || code == IN_PROGRESS {
            return Ok(());
        }
        // SAFETY: `ncclGetErrorString` returns a constant string that ends in a zero for every number, also for unknown ones.
        // The library, which holds it, is never unloaded.
        let text = unsafe { CStr::from_ptr((self.get_error_string)(code)) };
        Err(format!(
            "{what} failed: {} (NCCL_DEBUG=WARN tells more)",
            text.to_string_lossy()
        ))
    }
}

/// Moves a communicator from the thread that made it to the one that uses it.
struct Sent(Comm);

// SAFETY: NCCL binds a communicator to no thread, it only forbids two at once. The value is sent once through a channel, and
// the thread that made it does not keep it.
unsafe impl Send for Sent {}

/// A communicator: one GPU of one process.
pub(crate) struct Nccl {
    functions: Functions,
    comm: Comm,
    device: c_int,
    rank: usize,
    size: usize,
    timeout: Duration,
    /// The events after the last collectives, the oldest first.
    pending: RefCell<VecDeque<Event>>,
}

/// Collectives that may be under way: the two of a step, losses and gradient. So the processor is at most one step ahead of
/// the GPU, which has work meanwhile, and notices a process that has died.
const AHEAD: usize = 2;

impl std::fmt::Debug for Nccl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nccl")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

impl Nccl {
    /// Meets the others' GPUs; NCCL's id goes through Gloo. The GPU becomes the current one of this thread.
    pub(crate) fn join(process: &ProcessRank, gloo: &Gloo, device: usize) -> Result<Self, CommunicatorError> {
        let (rank, size) = (process.rank, process.size);
        let failed = |message: String| {
            CommunicatorError::new(format!("process {rank} of {size}, GPU {device}: NCCL: {message}"))
        };
        let device = device as c_int;
        let opened = Functions::open();
        let mut id = UniqueId([0; 128]);
        let made = match (&opened, rank) {
            (Ok(functions), 0) => {
                // SAFETY: `UniqueId` has the 128 bytes of `ncclUniqueId`, and `id` is borrowed for the call alone.
                let code = unsafe { (functions.get_unique_id)(&mut id) };
                functions.check("ncclGetUniqueId", code)
            }
            (Ok(_), _) => Ok(()),
            (Err(message), _) => Err(message.clone()),
        };
        // All say whether they could, so that nobody waits for one that gave up.
        let faults = Tensor::from(f64::from(u8::from(made.is_err())));
        gloo.all_reduce_sum(&faults)?;
        made.map_err(failed)?;
        if faults.double_value(&[]) > 0.0 {
            return Err(failed(
                "another process could not begin; its own message says why".to_owned(),
            ));
        }
        let functions = opened.map_err(failed)?;
        let bytes = Tensor::from_slice(&id.0);
        gloo.broadcast(&bytes)?;
        bytes.copy_data(&mut id.0, 128);

        // NCCL waits for the others without a time limit: in a thread of its own, which is left behind if it never ends.
        let (sender, receiver) = mpsc::channel();
        let init = functions.comm_init_rank;
        let meet = move || {
            let mut comm = Sent(ptr::null_mut());
            // SAFETY: the function takes a number and keeps no pointer; `outcome` takes its message once.
            let used = unsafe { outcome(ffi::tdf_cuda_use_device(device)) };
            // SAFETY: process 0 got the id from NCCL and Gloo copied it whole. `comm` is on this thread's stack until the call returns.
            let code = used.map(|()| unsafe { init(&mut comm.0, size as c_int, id, rank as c_int) });
            // Nobody listens any more if it took too long.
            let _ = sender.send((code, comm));
        };
        std::thread::Builder::new()
            .name("nccl".to_owned())
            .spawn(meet)
            .map_err(|e| failed(format!("no thread could be started: {e}")))?;
        let (code, Sent(comm)) = receiver
            .recv_timeout(process.timeout)
            .map_err(|_| failed(format!("the GPUs did not meet within {} s", process.timeout.as_secs())))?;
        let code = code.map_err(failed)?;
        functions.check("ncclCommInitRank", code).map_err(failed)?;
        // SAFETY: the function takes a number and keeps no pointer; `outcome` takes its message once.
        unsafe { outcome(ffi::tdf_cuda_use_device(device)) }.map_err(failed)?;
        Ok(Self {
            functions,
            comm,
            device,
            rank,
            size,
            timeout: process.timeout,
            pending: RefCell::default(),
        })
    }

    pub(crate) fn all_reduce_sum(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        let count = tensor.numel();
        self.enqueue("ncclAllReduce", tensor, |data, kind, stream| {
            // SAFETY: `data` is the memory of `tensor`: `count` numbers of this kind on our GPU. libtorch gives memory that is freed
            // only to what comes later on the same stream, so that it outlives the collective. `comm` is alive until `drop`.
            unsafe { (self.functions.all_reduce)(data, data, count, kind, SUM, self.comm, stream) }
        })
    }

    pub(crate) fn broadcast(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        let count = tensor.numel();
        self.enqueue("ncclBroadcast", tensor, |data, kind, stream| {
            // SAFETY: `data`, `count` and `kind` describe `tensor`, whose memory outlives what is queued on `stream`, as in
            // `all_reduce_sum`. `comm` is alive until `drop`.
            unsafe { (self.functions.broadcast)(data, data, count, kind, 0, self.comm, stream) }
        })
    }

    /// Puts a collective behind what the current stream has to do, as soon as fewer than [`AHEAD`] are under way.
    fn enqueue(
        &self,
        what: &str,
        tensor: &Tensor,
        work: impl Fn(*mut c_void, c_int, Stream) -> c_int,
    ) -> Result<(), CommunicatorError> {
        self.wait_until(AHEAD - 1)?;
        let failed = |message: String| self.failed(message);
        let kind = match tensor.kind() {
            Kind::Uint8 => 1,
            Kind::Float => 7,
            Kind::Double => 8,
            kind => return Err(failed(format!("{what} of {kind:?}"))),
        };
        let mut stream = ptr::null_mut();
        // SAFETY: the shim writes `stream`, a place on this stack, before it returns; `outcome` takes its message once.
        unsafe { outcome(ffi::tdf_cuda_stream(self.device, &mut stream)) }.map_err(failed)?;
        let code = work(tensor.data_ptr(), kind, stream);
        self.functions.check(what, code).map_err(failed)?;
        let mut event = ptr::null_mut();
        // SAFETY: the shim writes `event`, a place on this stack, before it returns; `outcome` takes its message once.
        unsafe { outcome(ffi::tdf_cuda_record(self.device, &mut event)) }.map_err(failed)?;
        self.pending.borrow_mut().push_back(Event(event));
        Ok(())
    }

    /// Waits until all collectives have ended.
    pub(crate) fn settle(&self) -> Result<(), CommunicatorError> {
        self.wait_until(0)
    }

    /// Waits until at most `left` collectives are under way.
    fn wait_until(&self, left: usize) -> Result<(), CommunicatorError> {
        while self.pending.borrow().len() > left {
            let oldest = self.pending.borrow_mut().pop_front();
            oldest.map_or(Ok(()), |event| self.wait(&event))?;
        }
        Ok(())
    }

    /// Waits for an event, the first milliseconds without sleeping.
    fn wait(&self, event: &Event) -> Result<(), CommunicatorError> {
        let start = Instant::now();
        loop {
            if event.passed().map_err(|message| self.failed(message))? {
                return Ok(());
            }
            let mut code = SUCCESS;
            // SAFETY: `comm` is alive until `drop`, and `code` is a place on this stack that NCCL writes before it returns.
            let asked = unsafe { (self.functions.comm_get_async_error)(self.comm, &mut code) };
            let told = self.functions.check("ncclCommGetAsyncError", asked);
            told.and_then(|()| self.functions.check("a collective", code))
                .map_err(|message| self.failed(message))?;
            let waited = start.elapsed();
            if waited > self.timeout {
                let seconds = self.timeout.as_secs();
                return Err(self.failed(format!(
                    "another process has ended, or did not answer within {seconds} s (TDF_PARALLEL_TIMEOUT)"
                )));
            }
            if waited > Duration::from_millis(2) {
                std::thread::sleep(Duration::from_micros(50));
            }
        }
    }

    fn failed(&self, message: String) -> CommunicatorError {
        let Self { rank, size, device, .. } = self;
        CommunicatorError::new(format!("process {rank} of {size}, GPU {device}: NCCL: {message}"))
    }
}

impl Drop for Nccl {
    fn drop(&mut self) {
        // Whatever is under way ends now: after a failure it would never end, and otherwise nothing is.
        // SAFETY: `join` made the communicator for this value alone, and nothing can use it after its drop.
        unsafe { (self.functions.comm_abort)(self.comm) };
    }
}

/// An event of libtorch.
struct Event(*mut RawEvent);

impl Event {
    fn passed(&self) -> Result<bool, String> {
        let mut passed = false;
        // SAFETY: `enqueue` made the event, which only `drop` frees; the shim writes `passed`, a place on this stack, before it returns.
        unsafe { outcome(ffi::tdf_cuda_query(self.0, &mut passed)) }?;
        Ok(passed)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        // SAFETY: the shim allocated the event for this value alone, and nothing can use it after its drop.
        unsafe { ffi::tdf_cuda_forget(self.0) };
    }
}
