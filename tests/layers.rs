//! Layers point down: a module of the engine names only modules that stand below it.

use std::path::Path;

/// From the bottom to the top, as the architecture page of the crate lists them.
const ORDER: [&str; 23] = [
    "error",
    "text",
    "column",
    "order",
    "names",
    "time",
    "model",
    "document",
    "message",
    "outline",
    "team",
    "access",
    "rules",
    "plan",
    "view",
    "log",
    "automation",
    "live",
    "pack",
    "measure",
    "ops",
    "ffi",
    "lib",
];
const LOWEST_THAT_SEES_THE_ROOT: &str = "ops";

#[test]
fn every_module_names_only_lower_ones() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/linkstar/src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 15, "the sources moved");
    for file in &files {
        let inside = file.strip_prefix(&source).unwrap().with_extension("");
        let module = inside.iter().next().unwrap().to_str().unwrap();
        let level = ORDER.iter().position(|name| *name == module).unwrap_or_else(|| panic!("`{module}` has no place in the order"));
        let text = std::fs::read_to_string(file).unwrap();
        // Examples in docs are a caller's code, and what a test module uses is nobody's layer.
        let code = text.lines().take_while(|line| *line != "#[cfg(test)]").filter(|line| !line.trim_start().starts_with("//"));
        for named in code.flat_map(|line| line.split("crate::").skip(1)) {
            let name: String = named.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            let below = ORDER.iter().take(level + 1).any(|lower| *lower == name);
            // Names at the root, and `$crate` of the operation table, belong to the topmost layer.
            let at_root = name.is_empty()
                || name.chars().next().is_some_and(char::is_uppercase)
                || ["for_each_operation", "for_each_live_method"].contains(&name.as_str());
            let sees_root = ORDER.iter().position(|name| *name == LOWEST_THAT_SEES_THE_ROOT).is_some_and(|lowest| level >= lowest);
            assert!(below || at_root && sees_root, "{}: names `crate::{name}`, which stands above it", inside.display());
        }
    }
}

#[test]
fn the_core_reads_no_file_clock_or_chance() {
    // Requirement R10: the host owns storage, users, clock and sending.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/linkstar/src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in [
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "Instant::now",
            "SystemTime::now",
            "Utc::now",
            "Local::now",
            "rand::",
        ] {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn whoever_is_named_in_a_record_or_a_command_is_known_as_a_person() {
    // Mutation: take `delegates` out of the list. What is not in it survives an erasure.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/linkstar/src");
    let mut files = vec![source.join("log/command.rs")];
    collect(&source.join("model"), &mut files);
    let fit = std::fs::read_to_string(source.join("log/fit.rs")).unwrap();
    let list = fit.split("const PEOPLE: &[&str] = &[").nth(1).unwrap().split(']').next().unwrap();
    let known: Vec<&str> = list.split(',').map(|name| name.trim().trim_matches('"')).collect();
    let mut found = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let fields = text.lines().map(|line| line.trim().trim_start_matches("pub ")).filter(|line| !line.starts_with("//"));
        for (name, kind) in fields.filter_map(|line| line.split_once(": ")) {
            let of_people = kind.trim_end_matches(',').split(['<', '>']).any(|word| word == "MemberId");
            // The id of a member is their own, and stands in the directory only.
            let own = name == "id" && file.ends_with("directory.rs");
            if of_people && !own && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
                found += 1;
                assert!(known.contains(&name), "{}: `{name}` names people", file.display());
            }
        }
    }
    assert!(found > 20, "the records moved: {found}");
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
