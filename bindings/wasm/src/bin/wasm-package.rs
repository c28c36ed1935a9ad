#![forbid(unsafe_code)]
//! Makes the npm package: `wasm-package LIBRARY.wasm FOLDER`, with `--names` before it one whose functions have names, to be examined.
//!
//! It does what the program wasm-bindgen does, without anything to install, and in the version that Cargo.lock names. One output
//! serves browsers, bundlers and Node; Node only has an entry of its own, which reads the module from disk.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use wasm_bindgen_cli_support::Bindgen;

const PACKAGE: &str = include_str!("../../npm/package.json");
const NODE: &str = include_str!("../../npm/node.js");
const README: &str = include_str!("../../README.md");
const LICENSE_MIT: &str = include_str!("../../../../LICENSE-MIT");
const LICENSE_APACHE: &str = include_str!("../../../../LICENSE-APACHE");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (names, arguments) = match arguments.as_slice() {
        [first, rest @ ..] if first == "--names" => (true, rest),
        all => (false, all),
    };
    let [library, folder] = arguments else { return Err("usage: wasm-package [--names] LIBRARY.wasm FOLDER".into()) };

    // Leftovers of an earlier build would be packed too.
    if Path::new(folder).exists() {
        fs::remove_dir_all(folder)?;
    }
    Bindgen::new()
        .input_path(library)
        .web(true)?
        .typescript(true)
        // Without this, `init()` asks for the address of the module.
        .omit_default_module_path(false)
        .remove_name_section(!names)
        .remove_producers_section(true)
        .out_name("linkstar")
        .generate(folder)?;

    let add = |name: &str, text: &str| fs::write(Path::new(folder).join(name), text);
    add("package.json", &PACKAGE.replace("0.0.0", env!("CARGO_PKG_VERSION")))?;
    add("node.js", NODE)?;
    add("README.md", README)?;
    add("LICENSE-MIT", LICENSE_MIT)?;
    add("LICENSE-APACHE", LICENSE_APACHE)?;

    let types = Path::new(folder).join("linkstar.d.ts");
    fs::write(&types, without_rust(&fs::read_to_string(&types)?))?;
    Ok(())
}

/// Type declarations without the examples in Rust, which mean nothing to their reader.
fn without_rust(declarations: &str) -> String {
    let mut example = false;
    let mut keep = |line: &&str| {
        let fence = line.trim_start().starts_with("* ```");
        example ^= fence;
        !example && !fence
    };
    let text: Vec<&str> = declarations.lines().filter(|line| keep(line)).collect();
    // The empty line that led to an example.
    text.join("\n").replace(" *\n */", " */") + "\n"
}
