//! Every vector through the Rust library. `UPDATE_EXPECT=1` writes what it answers into the vectors; a person reads the difference.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use linkstar::LiveProject;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{compact, pretty};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Vector<'a> {
    about: String,
    source: String,
    requirements: Vec<String>,
    op: String,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    /// In place of `input`: text that is not JSON, or whose lines count.
    input_text: Option<String>,
    /// Files of the US market that stand in the input as `packs`.
    #[serde(default)]
    packs: Vec<String>,
    /// What a person worked out before looking at the answer: places in it, as JSON Pointers, and what stands there; null where nothing
    /// does.
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    expect: Option<&'a RawValue>,
    /// In place of `expect`, where the answer is as long as a pack, or where the vector has one already: its SHA-256. What it has to say
    /// are the facts.
    sha256: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

type Answer = Result<String, String>;

#[test]
fn every_vector_agrees() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for path in vectors(&root.join("tests/vectors")) {
        let name = path.strip_prefix(root.join("tests/vectors")).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).unwrap();
        let vector: Vector = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!vector.about.is_empty() && !vector.source.is_empty(), "{name} has to say what it shows, and how we know");
        let input = vector.input_text.clone().unwrap_or_else(|| compact(vector.input.map_or("", RawValue::get)));
        let input = if vector.packs.is_empty() { input } else { with_packs(&input, &vector.packs, &root.join("crates/linkstar-packs/us")) };

        let start = Instant::now();
        let answer = if vector.op == "live" { Ok(script(&input)) } else { called(&vector.op, &input) };
        let millis = start.elapsed().as_millis();

        let (Ok(json) | Err(json)) = &answer;
        let document: Value = serde_json::from_str(json).unwrap();
        for (place, fact) in vector.facts.iter().filter(|(place, fact)| document.pointer(place).unwrap_or(&Value::Null) != *fact) {
            problems.push(format!("{name} says {fact} at {place}: a fact never follows the engine"));
        }
        let ok = agrees(&vector, &answer);
        if !ok && std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, updated(&text, &vector, &answer)).unwrap();
        } else if !ok {
            problems.push(format!("{name} gives {json}"));
        }
        rows.push(
            json!({ "vector": name, "ok": ok, "sha256": sha256(json), "requirements": vector.requirements, "millis": millis }).to_string(),
        );
    }
    fs::create_dir_all(root.join("target/vectors")).unwrap();
    fs::write(root.join("target/vectors/rust.json"), format!("[\n{}\n]\n", rows.join(",\n"))).unwrap();
    assert!(problems.is_empty(), "{}\nIf that is right: UPDATE_EXPECT=1 cargo test --test conformance", problems.join("\n"));
}

fn called(op: &str, input: &str) -> Answer {
    linkstar::call(op, input).map_err(|error| serde_json::to_string(&error).unwrap())
}

/// A script: a project is begun, and a live project of it answers step by step, also with errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script<'s> {
    #[serde(borrow)]
    project: &'s RawValue,
    directory: &'s RawValue,
    context: &'s RawValue,
    #[serde(default)]
    rules: Option<&'s RawValue>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Whose copy of the project is asked; a copy is made when it is first named.
    #[serde(default)]
    on: String,
    call: String,
    with: Value,
}

fn script(input: &str) -> String {
    let Script { project, directory, context, rules, steps } = serde_json::from_str(input).unwrap();
    let begin =
        format!(r#"{{"directory":{directory},"orders":[{{"command":{{"kind":"begin","project":{project}}},"context":{context}}}]}}"#);
    let begun: Value = serde_json::from_str(&called("execute", &begin).unwrap()).unwrap();
    let (log, rules) = (json!({ "linkstar": 1, "events": [begun["outcomes"][0]["event"]] }), rules.map_or("[]", RawValue::get));
    let first = match LiveProject::from_json(&format!(r#"{{"log":{log},"directory":{directory},"rules":{rules}}}"#)) {
        Ok(live) => live,
        Err(error) => return format!(r#"{{"answers":[{}]}}"#, error_of(&error)),
    };
    let mut copies = BTreeMap::from([(String::new(), first)]);
    let mut answers: Vec<String> = Vec::new();
    for Step { on, call, with } in steps {
        if !copies.contains_key(&on) {
            let snapshot = copies.get_mut("").unwrap().call("snapshot", "{}").unwrap();
            copies.insert(on.clone(), LiveProject::from_json(&snapshot).unwrap());
        }
        let request = filled(&with, &answers).to_string();
        answers.push(copies.get_mut(&on).unwrap().call(&call, &request).unwrap_or_else(|error| error_of(&error)));
    }
    format!(r#"{{"answers":[{}]}}"#, answers.join(","))
}

/// A request in which `{ "$answer": "/0/outcome/event" }` stands for a part of an earlier answer.
fn filled(with: &Value, answers: &[String]) -> Value {
    match with {
        Value::Object(fields) => match fields.get("$answer").and_then(Value::as_str) {
            Some(place) => {
                let (number, inside) = place[1..].split_once('/').unwrap();
                let answer: Value = serde_json::from_str(&answers[number.parse::<usize>().unwrap()]).unwrap();
                answer.pointer(&format!("/{inside}")).unwrap().clone()
            }
            None => fields.iter().map(|(field, value)| (field.clone(), filled(value, answers))).collect(),
        },
        Value::Array(list) => list.iter().map(|value| filled(value, answers)).collect(),
        _ => with.clone(),
    }
}

/// An error as a script tells it: the lines of a step mean nothing.
fn error_of(error: &linkstar::Error) -> String {
    let [code, path, detail] = [error.code.as_str(), &error.path, &error.detail].map(|text| json!(text).to_string());
    format!(r#"{{"error":{{"code":{code},"path":{path},"detail":{detail}}}}}"#)
}

fn sha256(json: &str) -> String {
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An input with packs in it.
fn with_packs(input: &str, files: &[String], folder: &Path) -> String {
    let read = |file: &String| compact(&fs::read_to_string(folder.join(file)).unwrap());
    let packs: Vec<String> = files.iter().map(read).collect();
    let rest = input.strip_prefix('{').unwrap();
    format!("{{\"packs\":[{}]{}{rest}", packs.join(","), if rest == "}" { "" } else { "," })
}

fn agrees(vector: &Vector, answer: &Answer) -> bool {
    match (answer, vector.expect, vector.sha256, vector.error) {
        (Ok(json), Some(expect), None, None) => compact(expect.get()) == *json,
        (Ok(json), None, Some(hash), None) => hash.get().trim_matches('"') == sha256(json),
        (Err(json), None, None, Some(error)) => {
            let [got, wanted] = [json, error.get()].map(|json| serde_json::from_str::<Value>(json).unwrap());
            wanted.as_object().is_some_and(|wanted| wanted.iter().all(|(key, value)| got.get(key) == Some(value)))
        }
        _ => false,
    }
}

/// The text of a vector with this answer at its end, in place of the one that it has.
fn updated(text: &str, vector: &Vector, answer: &Answer) -> String {
    let head = match vector.expect.or(vector.sha256).or(vector.error) {
        Some(old) => text[..old.get().as_ptr() as usize - text.as_ptr() as usize].rsplit_once(',').unwrap().0,
        None => text.trim_end().trim_end_matches('}').trim_end(),
    };
    let tail = match answer {
        Ok(json) if !vector.packs.is_empty() || vector.sha256.is_some() => format!("\"sha256\": {}", json!(sha256(json))),
        Ok(json) => format!("\"expect\": {}", pretty(json, 2)),
        Err(json) => {
            let error: Value = serde_json::from_str(json).unwrap();
            // Lines mean something only where the text is given as such.
            let names = if vector.input.is_some() { &["code", "path"][..] } else { &["code", "path", "line", "column"] };
            let fields: Vec<String> = names.iter().filter_map(|name| Some(format!("\"{name}\": {}", error.get(name)?))).collect();
            format!("\"error\": {{ {} }}", fields.join(", "))
        }
    };
    format!("{head},\n  {tail}\n}}\n")
}

fn vectors(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let inside = |path: PathBuf| if path.is_dir() { vectors(&path) } else { vec![path] };
    paths.into_iter().flat_map(inside).filter(|path| path.extension().is_some_and(|name| name == "json")).collect()
}
