//! What this machine is, for the footers of tables.

/// The processor and the number of threads that it runs at a time, and the accelerator if the network runs on it.
pub fn describe(on_gpu: bool) -> String {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if threads == 1 { "thread" } else { "threads" };
    let mut text = format!("{} ({threads} {plural})", processor());
    if on_gpu {
        text += &format!(", {}", accelerator());
    }
    text
}

fn processor() -> String {
    let known = field("/proc/cpuinfo", "model name").or_else(|| field("/proc/cpuinfo", "Model"));
    known.unwrap_or_else(|| format!("{} processor, {}", std::env::consts::ARCH, std::env::consts::OS))
}

fn accelerator() -> String {
    let gpus = std::fs::read_dir("/proc/driver/nvidia/gpus")
        .into_iter()
        .flatten()
        .flatten();
    let mut names = gpus.filter_map(|gpu| field(gpu.path().join("information"), "Model"));
    names.next().unwrap_or_else(|| "a GPU".to_owned())
}

/// The value behind `name :` in a file of such lines.
fn field(path: impl AsRef<std::path::Path>, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}
