//! `cargo xtask limit`: how far the engine is from what the machine allows. The measuring is done by a program of the package
//! `linkstar-benches`; here it is built, together with the yardstick from outside, if there is one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::tools::{Result, empty_folder, root, target};

/// Names the folder of a workspace with programs `limit`, `gen` and `calops` to measure against.
const OUTSIDE: &str = "LINKSTAR_PERF";

/// Measures; the table or the JSON goes to the terminal, all else to the error output.
pub(crate) fn limit(options: &[&str]) -> Result<()> {
    if !matches!(options, [] | ["--json"] | ["--only", _] | ["--json", "--only", _]) {
        return Err("cargo xtask limit [--json] [--only STEP]".to_owned());
    }
    let folder = target().join("limit");
    empty_folder(&folder)?;
    let mut limit = Command::new(release("limit")?);
    limit.args(options).arg("--folder").arg(&folder);
    if let Some(outside) = env::var_os(OUTSIDE).filter(|folder| !folder.is_empty()) {
        limit.arg("--outside").arg(build_outside(Path::new(&outside))?);
    }
    succeed(&mut limit)
}

/// A program of the package `linkstar-benches`, built for speed.
pub(crate) fn release(program: &str) -> Result<PathBuf> {
    succeed(Command::new("cargo").args(["build", "--quiet", "--release", "--package", "linkstar-benches", "--bin", program]))?;
    Ok(target().join("release").join(program))
}

/// Builds the yardstick from outside and gives the folder of its programs. Its sources are only read: cargo would write a lock file
/// beside them, so that it works on a copy.
fn build_outside(sources: &Path) -> Result<PathBuf> {
    let copy = absolute(&target().join("yardstick"))?;
    fs::create_dir_all(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    for part in ["Cargo.toml", "core", "bench"] {
        copy_if_newer(&sources.join(part), &copy.join(part))?;
    }
    let programs = ["limit", "gen", "calops"].map(|program| ["--bin", program]).concat();
    succeed(
        Command::new("cargo")
            .args(["build", "--quiet", "--release"])
            .args(programs)
            .env("CARGO_TARGET_DIR", copy.join("target"))
            .current_dir(&copy),
    )?;
    Ok(copy.join("target/release"))
}

/// The path from the root of the file system on: for programs that run in another folder.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Copies a file or a folder. What has not changed is left alone, so that cargo need not build it again.
fn copy_if_newer(from: &Path, to: &Path) -> Result<()> {
    let at = |error: std::io::Error| format!("{}: {error}", from.display());
    if from.is_dir() {
        fs::create_dir_all(to).map_err(at)?;
        for entry in fs::read_dir(from).map_err(at)? {
            let name = entry.map_err(at)?.file_name();
            if name != "target" {
                copy_if_newer(&from.join(&name), &to.join(&name))?;
            }
        }
        return Ok(());
    }
    let new = fs::read(from).map_err(at)?;
    if fs::read(to).is_ok_and(|old| old == new) { Ok(()) } else { fs::write(to, new).map_err(at) }
}

/// Runs a command at the root of the workspace. Unlike elsewhere nothing is printed, because the output may be read by a program.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("`{program}` failed")),
        Err(error) => Err(format!("cannot start {program}: {error}")),
    }
}
