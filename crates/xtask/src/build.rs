//! Building the packages of other languages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::tools::{Result, WASM_TARGET, cargo, empty_folder, only_file, root, run, target};

/// Builds `bindings/wasm/pkg` and packs it; gives the tarball.
pub(crate) fn npm_package() -> Result<PathBuf> {
    wasm_package(&[], Path::new("bindings/wasm/pkg"))?;
    let folder = target().join("npm");
    empty_folder(&folder)?;
    run(Command::new("npm").args(["pack", "--silent", "--pack-destination"]).arg(&folder).current_dir(root().join("bindings/wasm/pkg")))?;
    only_file(&folder, "tgz")
}

/// Builds the files of the npm package into a folder.
pub(crate) fn wasm_package(options: &[&str], folder: &Path) -> Result<()> {
    cargo(&["build", "--quiet", "--package", "linkstar-wasm", "--target", WASM_TARGET, "--profile", "wasm"])?;
    let library = target().join(WASM_TARGET).join("wasm/linkstar_wasm.wasm").display().to_string();
    let program = ["run", "--quiet", "--package", "linkstar-wasm", "--features", "cli", "--bin", "wasm-package", "--"];
    cargo(&[&program[..], options, &[&library, &folder.display().to_string()]].concat())
}

/// Builds the wheel for this machine.
pub(crate) fn wheel() -> Result<PathBuf> {
    cargo(&["build", "--quiet", "--package", "linkstar-uniffi", "--features", "cli", "--bin", "linkstar-bindgen"])?;

    // maturin in a folder of its own, with our generator under the name by which maturin looks for it.
    let programs = target().join("venv-maturin/bin");
    if !programs.join("maturin").exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(target().join("venv-maturin")))?;
        run(Command::new(programs.join("pip")).args(["install", "--quiet", "maturin>=1.9,<2"]))?;
    }
    let generator = programs.join("uniffi-bindgen");
    let _ = fs::remove_file(&generator);
    fs::hard_link(target().join("debug/linkstar-bindgen"), &generator).map_err(|error| format!("{}: {error}", generator.display()))?;

    let wheels = target().join("wheels");
    empty_folder(&wheels)?;
    let path = env::join_paths([programs.clone()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())));
    let mut maturin = Command::new(programs.join("maturin"));
    maturin.args(["build", "--quiet", "--release", "--out"]).arg(&wheels).env("PATH", path.map_err(|error| error.to_string())?);
    run(maturin.current_dir(root().join("bindings/python")))?;
    only_file(&wheels, "whl")
}
