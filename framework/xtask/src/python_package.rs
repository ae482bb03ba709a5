//! The Python package: its wheel, and its tests.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::guard::TORCH;
use crate::workspace::Workspace;
use crate::{python, steps};

const FOLDER: &str = "framework/tdf-python";

/// What the tests import. They are installed from the index of packages that pip is set up for.
const TEST_PACKAGES: [&str; 5] = ["numpy>=2", "pytest>=8", "mypy>=1.18", "hypothesis>=6", "lark>=1.3,<2"];
const TEST_MODULES: &str = "import numpy, pytest, mypy, hypothesis, lark";

const BUILD_PACKAGES: [&str; 1] = ["maturin>=1.9,<2"];
const BUILD_MODULES: &str = "import maturin";

/// The greatest size of the wheel, in bytes.
const LARGEST_WHEEL: u64 = 10_000_000;

/// `cargo xtask wheel`: a wheel and a source distribution in `target/wheels`.
pub fn wheel(workspace: &Workspace) -> Result<()> {
    let python = environment(workspace, &BUILD_PACKAGES, BUILD_MODULES)?;
    let wheels = workspace.target()?.join("wheels");
    // Each from the sources: files that maturin takes out of a source distribution are as old as cargo's last build, which cargo would
    // then take for theirs.
    for arguments in [&["sdist"][..], &["build", "--release"]] {
        let mut command = Command::new(&python);
        command
            .current_dir(workspace.root().join(FOLDER))
            .args(["-m", "maturin"])
            .args(arguments);
        steps::run(command.arg("--out").arg(&wheels))?;
    }
    let mut files: Vec<PathBuf> = fs::read_dir(&wheels)?.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    files.sort();
    for file in files {
        let bytes = fs::metadata(&file)?.len();
        println!("{}: {:.1} MB", file.display(), bytes as f64 / 1e6);
        if bytes > LARGEST_WHEEL {
            bail!("{} is larger than {} MB", file.display(), LARGEST_WHEEL / 1_000_000);
        }
    }
    Ok(())
}

/// Builds the module with the crates that are there from the other tests, and runs pytest. `tdf` is the binary that results are
/// compared with. Without Python and pip it says so.
pub fn test(workspace: &Workspace, tdf: &Path) -> Result<()> {
    let python = match environment(workspace, &TEST_PACKAGES, TEST_MODULES) {
        Ok(python) => python,
        Err(why) => {
            println!("skipped: the tests of the Python package cannot run: {why:#}");
            return Ok(());
        }
    };
    let mut command = workspace.cargo();
    // All crates, as the tests before: the same features, so that nothing is compiled again.
    command.args(["build", "--lib", "--workspace"]);
    steps::run(command.args(TORCH.iter().flat_map(|name| ["--exclude", name])))?;
    let package = install(workspace)?;
    let mut command = Command::new(python);
    command
        .current_dir(workspace.root().join(FOLDER))
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .env("PYTHONPATH", package)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MYPY_CACHE_DIR", workspace.target()?.join("python/mypy"));
    if tdf.is_file() {
        command.env("TDF", tdf);
    }
    steps::run(&mut command)
}

/// Runs `examples/python` for a few seconds each, with the package that [`test()`] put together, where Python has PyTorch. `tdf` is the
/// binary with networks.
pub fn examples(workspace: &Workspace, tdf: Option<&Path>) -> Result<()> {
    let has = |modules: &str| {
        let mut command = python::command();
        command
            .args(["-c", modules])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let target = workspace.target()?.join("python");
    let package = target.join("package");
    if !package.is_dir() {
        println!("skipped: the package was not built");
        return Ok(());
    }
    if !has("import numpy, torch") {
        println!("skipped: python has no PyTorch (pip install torch numpy matplotlib)");
        return Ok(());
    }
    let run = |arguments: &[&str]| {
        let mut command = python::command();
        command
            .current_dir(workspace.root().join("examples/python"))
            .args(arguments)
            .env("PYTHONPATH", &package)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("MINUTES", "0.1");
        match tdf {
            Some(tdf) => command.env("TDF", workspace.root().join(tdf)),
            None => command.env_remove("TDF"),
        };
        steps::run(&mut command)
    };
    run(&["logits_processor.py"])?;
    let folder = target.join("run");
    let folder = folder.to_string_lossy();
    run(&["tree_diffusion.py", "--minutes", "0.1", "--out", &folder])?;
    if let Some(tdf) = tdf {
        search_with(workspace, tdf, &folder)?;
    }
    match has("import matplotlib") {
        true => run(&["run_notebook.py", "new_language.ipynb"]),
        false => {
            println!("skipped: the notebook needs matplotlib");
            Ok(())
        }
    }
}

/// Whether `tdf` takes the network that Python wrote.
fn search_with(workspace: &Workspace, tdf: &Path, run: &str) -> Result<()> {
    let images = format!("{run}/images");
    let mut render = Command::new(workspace.root().join(tdf));
    let program = format!("{run}/program.txt");
    fs::write(&program, "(Box red)\n").with_context(|| program.clone())?;
    steps::run(render.args(["render", "--domain", "rainbow", "--out", &images, &program]))?;
    let mut search = Command::new(workspace.root().join(tdf));
    let target = format!("{images}/00000.png");
    steps::run(search.args([
        "search", "--run", run, "--target", &target, "--method", "rollout", "--budget", "200",
    ]))
}

/// Puts the package together as a wheel would; the folder that Python finds it in.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let target = workspace.target()?;
    let (from, to) = (
        workspace.root().join(FOLDER).join("python/tdf"),
        target.join("python/package/tdf"),
    );
    if to.is_dir() {
        fs::remove_dir_all(&to)?;
    }
    copy_sources(&from, &to)?;
    let module = target.join("debug").join(format!(
        "{}tdf_native{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    fs::copy(&module, to.join("_native.abi3.so")).with_context(|| module.display().to_string())?;
    Ok(target.join("python/package"))
}

/// Copies the files of the package that are in Python, and its stubs. A link becomes the file that it leads to.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let to = to.join(path.file_name().unwrap_or_default());
        // A module that maturin put there is another build.
        let is_source = path
            .extension()
            .is_some_and(|e| ["py", "pyi", "typed"].iter().any(|known| e == *known));
        if is_source {
            fs::copy(&path, to).with_context(|| path.display().to_string())?;
        } else if path.is_dir() && !path.ends_with("__pycache__") {
            copy_sources(&path, &to)?;
        }
    }
    Ok(())
}

/// The interpreter of a virtual environment in `target/python` that has `packages`.
fn environment(workspace: &Workspace, packages: &[&str], modules: &str) -> Result<OsString> {
    let folder = workspace.target()?.join("python/venv");
    let interpreter = folder.join("bin/python");
    if !interpreter.is_file() {
        python::require_pip()?;
        let mut command = python::command();
        let made = command
            .args(["-m", "venv"])
            .arg(&folder)
            .output()
            .context("python could not be started")?;
        if !made.status.success() {
            bail!("python cannot make a virtual environment: install venv (Debian, Ubuntu: apt install python3-venv)");
        }
    }
    let has = |modules: &str| {
        let mut command = Command::new(&interpreter);
        command.args(["-c", modules]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !has(modules) {
        let mut command = Command::new(&interpreter);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        let done = command.args(packages).output().context("pip could not be started")?;
        if !done.status.success() {
            let message = String::from_utf8_lossy(&done.stderr);
            bail!(
                "pip cannot install {}: {}",
                packages.join(", "),
                message.trim().lines().last().unwrap_or("no message")
            );
        }
    }
    Ok(interpreter.into_os_string())
}
