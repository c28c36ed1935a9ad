//! No command and no refusal without a vector: what every language of the bindings has to agree on is shown in all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use linkstar::Command;
use serde_json::{Value, json};

/// Codes that no vector shows, and why.
const ELSEWHERE: &[&str] = &[
    // Its command has more than a megabyte; `a_command_of_a_megabyte_is_too_large` makes one.
    "command.tooLarge",
];

#[test]
fn every_command_is_carried_out_in_some_vector() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for vector in vectors().iter().filter(|vector| vector["op"] == "execute") {
        let orders = vector["input"]["orders"].as_array().unwrap();
        let outcomes = vector["expect"]["outcomes"].as_array().into_iter().flatten();
        for (order, outcome) in orders.iter().zip(outcomes) {
            if outcome["kind"] == "accepted" || outcome["kind"] == "waiting" {
                seen.insert(order["command"]["kind"].as_str().unwrap().to_owned());
            }
        }
    }
    let missing: Vec<&str> = Command::KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !seen.contains(*kind)).collect();
    assert!(missing.is_empty(), "no vector carries out: {missing:?}");
}

#[test]
fn every_code_of_commands_and_of_rules_stands_in_some_vector() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for vector in vectors() {
        gather(&vector["expect"], &mut seen);
        gather(&vector["error"], &mut seen);
    }
    let wanted = [section("What stands in the way."), section("Commands and the log."), vec!["right.missing".to_owned()]].concat();
    assert!(wanted.len() > 60, "the sections of the table are found by their headings");
    let missing: Vec<&String> = wanted.iter().filter(|code| !seen.contains(*code) && !ELSEWHERE.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "no vector shows: {missing:?}");
    let shown: Vec<&&str> = ELSEWHERE.iter().filter(|code| seen.contains(**code)).collect();
    assert!(shown.is_empty(), "these are shown by vectors now: {shown:?}");
}

#[test]
fn a_command_of_a_megabyte_is_too_large() {
    let shown = fs::read_to_string(root().join("tests/vectors/commands/a-mention-yields-one-notice.json")).unwrap();
    let mut input = serde_json::from_str::<Value>(&shown).unwrap()["input"].take();
    input["orders"][1]["command"]["text"] = json!("x".repeat(1024 * 1024));
    let error = linkstar::call("execute", &input.to_string()).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.path), ("command.tooLarge", "/orders/1/command"));
}

/// The codes of a section of the table, by its heading.
fn section(heading: &str) -> Vec<String> {
    let table = fs::read_to_string(root().join("crates/linkstar/src/error/code.rs")).unwrap();
    let lines = table.lines().skip_while(|line| *line != format!("    // {heading}")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("    // ") && !line.starts_with('}'));
    let code = |line: &str| Some(line.strip_prefix("    ")?.split_once(" = \"")?.1.split_once("\", ")?.0.to_owned());
    lines.filter(|line| !line.starts_with("     ") && !line.trim_start().starts_with('/')).filter_map(code).collect()
}

/// Every text under the name of a code.
fn gather(value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| gather(value, seen)),
        Value::Object(fields) => {
            seen.extend(fields.get("code").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| gather(value, seen));
        }
        _ => {}
    }
}

fn vectors() -> Vec<Value> {
    fn inside(folder: &Path) -> Vec<PathBuf> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.flat_map(|path| if path.is_dir() { inside(&path) } else { vec![path] }).collect()
    }
    let paths = inside(&root().join("tests/vectors")).into_iter().filter(|path| path.extension().is_some_and(|name| name == "json"));
    paths.map(|path| serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
