#![forbid(unsafe_code)]
//! What people and CI run: `cargo xtask test`, and the commands that it is made of.
//!
//! It has no dependencies, so that it is there after a second. What needs some, such as the generators of the bindings, are programs
//! of their own that it builds and starts.

mod build;
mod measure;
mod parts;
mod peers;
mod table;
mod tools;

use std::process::ExitCode;

use tools::{Result, cargo, cargo_with, node};

const USAGE: &str = "cargo xtask COMMAND

  test [--quick] [--only PART]...  everything that CI checks; --quick leaves out what other languages need
  gen                              writes the JSON Schemas and what the vectors expect; read the difference
  wasm                             builds the npm package, into target/npm
  python                           builds the wheel, into target/wheels
  size                             what a browser has to download, and which crates it comes from
  limit [--json]                   how far the engine is from what the machine allows
  peers                            how long others take for the same projects";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = |()| ExitCode::SUCCESS;
    let result = match arguments.as_slice() {
        ["test", options @ ..] => parts::test(options),
        ["gen"] => generate().map(done),
        ["wasm"] => build::npm_package().map(|path| println!("{}", path.display())).map(done),
        ["python"] => build::wheel().map(|path| println!("{}", path.display())).map(done),
        ["size"] => size().map(done),
        ["limit", options @ ..] => measure::limit(options).map(done),
        ["peers"] => peers::compare().map(done),
        _ => Err(USAGE.to_owned()),
    };
    result.unwrap_or_else(|problem| {
        eprintln!("{problem}");
        ExitCode::FAILURE
    })
}

fn generate() -> Result<()> {
    let update = [("UPDATE_EXPECT", "1")];
    cargo_with(&["test", "--quiet", "--package", "linkstar", "--features", "schema", "--test", "schema"], &update)?;
    cargo_with(&["test", "--quiet", "--test", "conformance"], &update)?;
    // Once more, so that what was written is known to hold.
    cargo(&["test", "--quiet", "--test", "conformance"])
}

/// Fails above what a page should ask of a visitor.
fn size() -> Result<()> {
    build::npm_package()?;
    let named = tools::target().join("wasm-names");
    build::wasm_package(&["--names"], &named)?;
    let named = named.join("linkstar_bg.wasm").display().to_string();
    node(&["bindings/wasm/size.mjs", "bindings/wasm/pkg/linkstar_bg.wasm", &named])
}
