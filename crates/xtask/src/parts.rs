//! `cargo xtask test`: the parts, one after the other.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

use crate::build;
use crate::table::Table;
use crate::tools::{PYTHON_VENV, Result, WASM_TARGET, cargo, cargo_with, empty_folder, has, node, root, run, target};

struct Part {
    name: &'static str,
    /// Whether it takes seconds, once all is built.
    quick: bool,
    needs: &'static [&'static str],
    run: fn() -> Result<()>,
}

const PARTS: &[Part] = &[
    Part { name: "format", quick: true, needs: &["rustfmt"], run: format },
    Part { name: "lint", quick: true, needs: &["cargo-clippy"], run: lint },
    Part { name: "core", quick: true, needs: &[], run: core },
    Part { name: "schema", quick: false, needs: &[], run: schema },
    Part { name: "docs", quick: false, needs: &[], run: docs },
    Part { name: "node", quick: false, needs: &["node", "npm", WASM_TARGET], run: node_package },
    Part { name: "python", quick: false, needs: &[PYTHON_VENV], run: python_package },
];

enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

/// Runs the parts and says how it went.
pub(crate) fn test(options: &[&str]) -> Result<ExitCode> {
    let chosen = choose(options)?;
    println!("linkstar: {}", chosen.iter().map(|part| part.name).collect::<Vec<_>>().join(", "));
    empty_folder(&root().join("target/vectors"))?;

    let mut results = Vec::new();
    for part in chosen {
        println!("\n{} ...", part.name);
        let start = Instant::now();
        let outcome = attempt(part);
        let seconds = start.elapsed().as_secs();
        println!("{}: {}, {seconds} s", part.name, outcome.describe());
        results.push((part.name, seconds, outcome));
    }

    let vectors = Table::read(&root().join("target/vectors"));
    println!("\n{vectors}");
    if vectors.languages() > 1 {
        let outcome = if vectors.differing().is_empty() { Outcome::Passed } else { Outcome::Failed("not everywhere".to_owned()) };
        results.push(("same bytes", 0, outcome));
    }
    Ok(summary(&results))
}

fn choose(options: &[&str]) -> Result<Vec<&'static Part>> {
    let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    let (mut quick, mut only) = (false, Vec::new());
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match (*option, options.as_slice().first()) {
            ("--quick", _) => quick = true,
            ("--only", Some(name)) if names.contains(name) => only.extend(options.next()),
            _ => return Err(format!("cargo xtask test [--quick] [--only PART]..., where PART is one of {}", names.join(", "))),
        }
    }
    Ok(PARTS.iter().filter(|part| (part.quick || !quick) && (only.is_empty() || only.contains(&&part.name))).collect())
}

fn attempt(part: &Part) -> Outcome {
    if let Some(tool) = part.needs.iter().find(|tool| !has(tool)) {
        let needs = format!("needs {tool}");
        // CI has to install what it needs; a person may work on the core without Node.
        return if env::var("CI").is_ok_and(|ci| ci == "true") { Outcome::Failed(needs) } else { Outcome::Skipped(needs) };
    }
    match (part.run)() {
        Ok(()) => Outcome::Passed,
        Err(problem) => Outcome::Failed(problem),
    }
}

fn summary(results: &[(&str, u64, Outcome)]) -> ExitCode {
    for (name, seconds, outcome) in results {
        println!("{name:<11}{seconds:>6} s  {}", outcome.describe());
    }
    let count = |wanted: fn(&Outcome) -> bool| results.iter().filter(|(_, _, outcome)| wanted(outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let passed = count(|outcome| matches!(outcome, Outcome::Passed));
    println!("\n{passed} passed, {failed} failed, {} skipped", results.len() - passed - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Outcome {
    fn describe(&self) -> String {
        match self {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed(problem) => format!("FAILED ({problem})"),
            Outcome::Skipped(why) => format!("skipped ({why})"),
        }
    }
}

fn format() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])
}

/// All crates with the features that they ask of each other, then the library as its users have it. Never `--all-features`: that
/// compiles the generators, which takes minutes.
fn lint() -> Result<()> {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    cargo(&["clippy", "--package", "linkstar", "--features", "schema", "--all-targets", "--", "-D", "warnings"])
}

fn core() -> Result<()> {
    cargo(&["test", "--workspace", "--no-fail-fast"])
}

fn schema() -> Result<()> {
    cargo(&["test", "--package", "linkstar", "--features", "schema", "--test", "schema"])
}

fn docs() -> Result<()> {
    cargo_with(&["doc", "--no-deps", "--package", "linkstar"], &[("RUSTDOCFLAGS", "-D warnings")])
}

/// The npm package: every vector, then a newcomer who installs it into an empty folder and copies the lines of the READMEs.
fn node_package() -> Result<()> {
    const TSC: &[&str] = &["tsc", "--strict", "--target", "es2022", "--lib", "esnext,dom", "--module", "nodenext", "--types", "node"];
    let tarball = build::npm_package()?;
    node(&["bindings/wasm/conformance.mjs", "tests/vectors", "target/vectors/node.json"])?;
    node(&["bindings/wasm/live.mjs"])?;

    let folder = target().join("npm-try");
    empty_folder(&folder)?;
    write(&folder.join("package.json"), r#"{ "private": true, "type": "module" }"#)?;
    run(Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "typescript@5.9.3", "@types/node@20"])
        .arg(tarball)
        .current_dir(&folder))?;
    for (name, readme) in [("root", "README.md"), ("package", "bindings/wasm/README.md")] {
        for (place, code) in examples(readme, "ts")?.iter().enumerate() {
            let name = format!("{name}-{place}");
            write(&folder.join(format!("{name}.ts")), code)?;
            run(Command::new("npx").arg("--no-install").args(TSC).arg(format!("{name}.ts")).current_dir(&folder))?;
            run(Command::new("node").arg(folder.join(format!("{name}.js"))))?;
        }
    }
    let entry = folder.join("node_modules/linkstar/node.js");
    run(Command::new("node").arg("examples/drag.mjs").arg(season()?).env("LINKSTAR", entry))?;
    let worker = folder.join("worker.js");
    write(&worker, examples("bindings/wasm/README.md", "js")?.first().map_or("", String::as_str))?;
    run(Command::new("node").arg("bindings/wasm/drag.mjs").arg(&worker))
}

/// The wheel, in the same way.
fn python_package() -> Result<()> {
    let wheel = build::wheel()?;
    let folder = target().join("venv-try");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let python = folder.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--no-index"]).arg(wheel))?;
    run(Command::new(&python).args(["bindings/python/conformance.py", "tests/vectors", "target/vectors/python.json"]))?;
    run(Command::new(&python).arg("bindings/python/live.py"))?;
    for (name, readme) in [("root", "README.md"), ("package", "bindings/python/README.md")] {
        for (place, code) in examples(readme, "python")?.iter().enumerate() {
            let lines = folder.join(format!("{name}-{place}.py"));
            write(&lines, code)?;
            run(Command::new(&python).arg(lines))?;
        }
    }
    run(Command::new(&python).arg("examples/drag.py").arg(season()?))
}

/// The snapshot that the examples in other languages open.
fn season() -> Result<PathBuf> {
    let path = target().join("season.json");
    cargo(&["run", "--quiet", "--example", "drag", "--", "--snapshot", &path.display().to_string()])?;
    Ok(path)
}

/// The blocks of code in this language.
fn examples(readme: &str, language: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(root().join(readme)).map_err(|error| format!("{readme}: {error}"))?;
    let opening = format!("```{language}\n");
    let blocks: Vec<String> = text.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect();
    if blocks.is_empty() { Err(format!("{readme} has no example in {language}")) } else { Ok(blocks) }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
