//! The wheels that libtorch is taken from: fetched with pip, checked against what is written here.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::installed::VERSION;
use crate::python;

#[derive(Debug)]
pub struct Wheel {
    pub package: &'static str,
    pub version: &'static str,
    pub file: &'static str,
    pub bytes: u64,
    pub sha256: &'static str,
    /// What is unpacked, and where to; a folder ends in a slash.
    pub members: &'static [(&'static str, &'static str)],
}

/// PyTorch's wheel is linked against CUDA's runtime and profiler even where no GPU is used.
pub const WHEELS: &[Wheel] = &[
    Wheel {
        package: "torch",
        version: VERSION,
        file: "torch-2.11.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        bytes: 530_712_279,
        sha256: "0f68f4ac6d95d12e896c3b7a912b5871619542ec54d3649cf48cc1edd4dd2756",
        members: &[
            ("torch/include/", "include/"),
            ("torch/lib/libc10.so", "lib/libc10.so"),
            ("torch/lib/libgomp.so.1", "lib/libgomp.so.1"),
            ("torch/lib/libtorch_cpu.so", "lib/libtorch_cpu.so"),
            ("torch-2.11.0.dist-info/licenses/LICENSE", "licenses/torch.txt"),
        ],
    },
    Wheel {
        package: "nvidia-cuda-runtime",
        version: "13.0.96",
        file: "nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        bytes: 2_243_632,
        sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
        members: &[
            ("nvidia/cu13/lib/libcudart.so.13", "lib/libcudart.so.13"),
            (
                "nvidia_cuda_runtime-13.0.96.dist-info/licenses/License.txt",
                "licenses/nvidia-cuda-runtime.txt",
            ),
        ],
    },
    Wheel {
        package: "nvidia-cuda-cupti",
        version: "13.0.85",
        file: "nvidia_cuda_cupti-13.0.85-py3-none-manylinux_2_25_x86_64.whl",
        bytes: 10_715_597,
        sha256: "4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8",
        members: &[
            ("nvidia/cu13/lib/libcupti.so.13", "lib/libcupti.so.13"),
            (
                "nvidia_cuda_cupti-13.0.85.dist-info/licenses/License.txt",
                "licenses/nvidia-cuda-cupti.txt",
            ),
        ],
    },
];

/// Spelled out because pip takes a platform's name as it stands, and so that the local Python's version is of no account.
const SELECT: &[&str] = &[
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.12",
    "--implementation=cp",
    "--platform=manylinux_2_28_x86_64",
    "--platform=manylinux_2_25_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux2014_x86_64",
];

/// The wheel's file in `downloads`, fetched unless a run before this one finished it.
pub fn fetch(wheel: &Wheel, downloads: &Path) -> Result<PathBuf> {
    let path = downloads.join(wheel.file);
    let name = format!("{} {}", wheel.package, wheel.version);
    if path.exists() {
        if checked(&path, wheel.sha256).is_ok() {
            println!("{name} is there already");
            return Ok(path);
        }
        println!("{name} is there but damaged; fetching it again");
    }
    println!("fetching {name} ({} MB)", megabytes(wheel.bytes));
    pip(wheel, downloads)?;
    if !path.exists() {
        bail!(
            "pip fetched another file than {}; is its platform or index set in `pip config list`?",
            wheel.file
        );
    }
    checked(&path, wheel.sha256)?;
    Ok(path)
}

/// Fails and removes the file unless it has this digest.
fn checked(path: &Path, sha256: &str) -> Result<()> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut digest = Digester(Sha256::new());
    io::copy(&mut file, &mut digest).with_context(|| format!("{} cannot be read", path.display()))?;
    let found: String = digest.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if found == sha256 {
        return Ok(());
    }
    fs::remove_file(path).with_context(|| format!("{} could not be removed", path.display()))?;
    bail!(
        "{} is not the file it should be (sha256 {found}, expected {sha256}) and was removed; run this again, and if it \
         stays so, look at what index `pip config list` names",
        path.display()
    );
}

struct Digester(Sha256);

impl Write for Digester {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn pip(wheel: &Wheel, downloads: &Path) -> Result<()> {
    let (scratch, log) = (downloads.join("pip"), downloads.join("pip.log"));
    if scratch.exists() {
        fs::remove_dir_all(&scratch).with_context(|| format!("{} could not be removed", scratch.display()))?;
    }
    fs::create_dir_all(&scratch).map_err(|error| cannot_write(&scratch, error))?;
    let output = File::create(&log).map_err(|error| cannot_write(&log, error))?;
    let errors = output.try_clone().map_err(|error| cannot_write(&log, error))?;
    let mut child = python::command()
        // Older versions of pip hold the whole file in memory to cache it.
        .args([
            "-m",
            "pip",
            "download",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .args(["--progress-bar=off", "--dest"])
        .arg(downloads)
        .args(SELECT)
        .arg(format!("{}=={}", wheel.package, wheel.version))
        // The folder for temporary files is often small, and in memory.
        .env("TMPDIR", &scratch)
        .stdout(Stdio::from(output))
        .stderr(Stdio::from(errors))
        .spawn()
        .context("python could not be started")?;
    let status = watch(&mut child, &scratch, wheel.bytes).context("pip could not be waited for")?;
    let text = fs::read(&log)
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .unwrap_or_default();
    let _ = fs::remove_dir_all(&scratch);
    if status.success() {
        Ok(())
    } else {
        Err(failure(wheel, &text, &log))
    }
}

/// Waits, and shows how much pip has written so far.
fn watch(child: &mut Child, scratch: &Path, total: u64) -> io::Result<std::process::ExitStatus> {
    let terminal = io::stderr().is_terminal();
    let mut quarter = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            if terminal {
                eprint!("\r{:40}\r", "");
            }
            return Ok(status);
        }
        let done = size_of(scratch).min(total);
        let line = format!("  {} of {} MB", megabytes(done), megabytes(total));
        if terminal {
            eprint!("\r{line}");
        } else if total > 100_000_000 && 4 * done / total > quarter {
            quarter = 4 * done / total;
            eprintln!("{line}");
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn size_of(folder: &Path) -> u64 {
    // pip removes its files as it goes: what is gone counts nothing.
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

/// pip's many ways to fail, as one sentence; the addresses it tried stay in its log.
fn failure(wheel: &Wheel, log: &str, path: &Path) -> anyhow::Error {
    let name = format!("{} {}", wheel.package, wheel.version);
    let has = |parts: &[&str]| parts.iter().any(|part| log.contains(part));
    if has(&["No space left on device", "Errno 28"]) {
        return anyhow!(
            "the disk became full while {name} was fetched: {}",
            path.with_file_name("").display()
        );
    }
    let network = [
        "Connection",
        "connection",
        "resolution",
        "ProxyError",
        "SSLError",
        "timed out",
        "Max retries",
    ];
    if has(&network) {
        return anyhow!(
            "{name} could not be fetched: pip does not reach its package index. Check the network and `pip config list`, \
             then run this again; what is complete is kept. Without network, set LIBTORCH to the folder of a libtorch \
             {VERSION}, or LIBTORCH_USE_PYTORCH=1 beside an installed PyTorch {VERSION}. pip's words: {}",
            path.display()
        );
    }
    if has(&["No matching distribution", "Could not find a version"]) {
        return anyhow!(
            "{name} could not be fetched: pip's package index does not have it. Look at `pip config list`; pip's words: {}",
            path.display()
        );
    }
    anyhow!("{name} could not be fetched; pip's words: {}", path.display())
}

/// An error of writing a file, in words.
pub fn cannot_write(path: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::StorageFull => anyhow!("the disk is full: {} could not be written", path.display()),
        _ => anyhow!("{} could not be written: {error}", path.display()),
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_wheel_with_another_digest_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.whl");
        fs::write(&path, "").unwrap();
        checked(&path, EMPTY).unwrap();
        assert!(path.exists());
        fs::write(&path, "altered").unwrap();
        let message = checked(&path, EMPTY).unwrap_err().to_string();
        assert!(message.contains("some.whl") && message.contains(EMPTY), "{message}");
        assert!(!path.exists());
    }

    #[test]
    fn a_finished_wheel_is_not_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let wheel = Wheel {
            package: "none",
            version: "0",
            file: "none.whl",
            bytes: 0,
            sha256: EMPTY,
            members: &[],
        };
        fs::write(folder.path().join("none.whl"), "").unwrap();
        assert_eq!(fetch(&wheel, folder.path()).unwrap(), folder.path().join("none.whl"));
    }

    #[test]
    fn the_pins_are_well_formed() {
        for wheel in WHEELS {
            assert_eq!(wheel.sha256.len(), 64, "{}", wheel.file);
            assert!(wheel.file.contains(wheel.version), "{}", wheel.file);
            assert!(
                wheel
                    .members
                    .iter()
                    .all(|(from, to)| from.ends_with('/') == to.ends_with('/')),
                "{}",
                wheel.file
            );
        }
    }

    #[test]
    fn failures_say_what_to_do() {
        let log = Path::new("/x/pip.log");
        let cases = [
            (
                "WARNING: Retrying after connection broken by NewConnectionError",
                "Check the network",
            ),
            (
                "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
                "disk",
            ),
            (
                "ERROR: No matching distribution found for torch==2.11.0",
                "does not have it",
            ),
            ("Traceback", "/x/pip.log"),
        ];
        for (text, expected) in cases {
            let message = failure(&WHEELS[0], text, log).to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
