//! Starting other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// A problem is a sentence for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo builds, and where all that is made goes.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a command at the root of the workspace; its output goes to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).filter(|word| !word.contains('\n')).collect();
    let line = format!("{program} {}", words.join(" "));
    println!("  $ {line}");
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("failed: {line}")),
        Err(error) => Err(format!("cannot start {program}: {error}")),
    }
}

pub(crate) fn cargo(arguments: &[&str]) -> Result<()> {
    cargo_with(arguments, &[])
}

pub(crate) fn cargo_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    run(Command::new("cargo").args(arguments).envs(variables.iter().copied()))
}

pub(crate) fn node(arguments: &[&str]) -> Result<()> {
    run(Command::new("node").args(arguments))
}

/// A folder with nothing in it.
pub(crate) fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The one file in a folder with this extension.
pub(crate) fn only_file(folder: &Path, extension: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = files.filter_map(|file| file.ok().map(|file| file.path()));
    files
        .find(|file| file.extension().is_some_and(|found| found == extension))
        .ok_or_else(|| format!("no .{extension} in {}", folder.display()))
}

/// Whether a program is installed. The name may be one of the two below, which are more than a program.
pub(crate) fn has(tool: &str) -> bool {
    let succeeds =
        |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    match tool {
        WASM_TARGET => {
            let folder = Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]).output();
            let installed = folder.is_ok_and(|folder| Path::new(String::from_utf8_lossy(&folder.stdout).trim()).exists());
            installed || succeeds(Command::new("rustup").args(["target", "add", WASM_TARGET]))
        }
        PYTHON_VENV => succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
        program => succeeds(Command::new(program).arg("--version")),
    }
}

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
pub(crate) const PYTHON_VENV: &str = "python3 with venv";
