//! The packs of the US market, as whoever uses them meets them.

use std::collections::BTreeMap;

use linkstar::{
    Basis, CheckPacksRequest, Code, Confidence, Day, InstantiateRequest, OutlookRequest, Pack, PackFile, Severity, Template, Wanted, ops,
};
use serde_json::Value;

const START: &str = "2026-12-01T01:00:00Z";
/// Far enough for a device that the FDA has to clear.
const TARGET: &str = "2028-09-01";

fn packs() -> Vec<Pack> {
    linkstar_packs::us_market().unwrap()
}

#[test]
fn they_fit_together() {
    let file = |source: &linkstar_packs::Source| PackFile { file: source.file.to_owned(), text: source.text.to_owned() };
    let files = linkstar_packs::US_MARKET.iter().map(file).collect();
    let problems = ops::check_packs(CheckPacksRequest { files }).unwrap().problems;
    let told: Vec<String> = problems.iter().map(|problem| format!("{} {} {}", problem.file, problem.path, problem.detail)).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn nothing_is_missing() {
    let packs = packs();
    let count = |of: fn(&Pack) -> usize| packs.iter().map(of).sum::<usize>();
    assert_eq!(count(|pack| pack.requirements.len()), 99);
    assert_eq!(count(|pack| pack.templates.len()), 11);
    assert_eq!(count(|pack| pack.templates.iter().map(|template| template.tasks.len()).sum()), 406);
    assert_eq!(count(|pack| pack.lead_times.len()), 32);
    assert_eq!(count(|pack| pack.categories.len()), 18);
    assert_eq!(count(|pack| pack.gates.len()), 14);
    assert!(count(|pack| pack.moments.iter().filter(|moment| !moment.holiday).count()) >= 23);
}

#[test]
fn everything_has_a_name_in_both_languages() {
    fn is_translated(fields: &serde_json::Map<String, Value>) -> bool {
        let all = fields.get("translations").and_then(Value::as_array).cloned().unwrap_or_default();
        all.iter().any(|one| one["language"] == "zh-CN" && one["name"].as_str().is_some_and(|name| !name.trim().is_empty()))
    }
    let mut missing = Vec::new();
    for source in linkstar_packs::US_MARKET {
        each_object(&serde_json::from_str(source.text).unwrap(), source.file, &mut |fields, path| {
            if fields.contains_key("name") && !fields.contains_key("language") && !is_translated(fields) {
                missing.push(path.to_owned());
            }
        });
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every object of a document, with its place.
fn each_object(value: &Value, path: &str, see: &mut dyn FnMut(&serde_json::Map<String, Value>, &str)) {
    match value {
        Value::Object(fields) => {
            see(fields, path);
            fields.iter().for_each(|(key, inner)| each_object(inner, &format!("{path}/{key}"), see));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(place, item)| each_object(item, &format!("{path}/{place}"), see)),
        _ => {}
    }
}

fn wanted(template: &Template, category: &str) -> Wanted {
    let target: Day = TARGET.parse().unwrap();
    let platforms = if template.platforms.is_empty() { &template.example_platforms } else { &template.platforms };
    Wanted {
        categories: vec![category.into()],
        platforms: platforms.clone(),
        target: template.goal.is_some().then_some(target),
        ..Wanted::new(template.id.as_str(), "every-template", START.parse().unwrap())
    }
}

#[test]
fn every_template_can_be_planned_for_every_category_that_it_admits() {
    let packs = packs();
    let all: Vec<String> = packs.iter().flat_map(|pack| &pack.categories).map(|category| category.id.to_string()).collect();
    let mut planned = 0;
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let admitted: Vec<String> = template.categories.iter().map(ToString::to_string).collect();
        for category in if admitted.is_empty() { &all } else { &admitted } {
            let wanted = wanted(template, category);
            let outlook = ops::outlook(OutlookRequest { packs: packs.clone(), wanted, directory: None, now: None });
            let outlook = outlook.unwrap_or_else(|error| panic!("{} for {category}: {error}", template.id));
            let is_wrong = |code: Code, severity: Severity| {
                let stuck = matches!(code, Code::GateDeadlock | Code::GateUnreachable | Code::LinkLoop);
                // That a date is too early is an answer, and not a fault of the template.
                stuck || severity == Severity::Error && !matches!(code, Code::DeadlineMissed | Code::ConstraintConflict)
            };
            let found = outlook.plan.diagnostics.iter().filter(|found| is_wrong(found.code, found.severity));
            let wrong: Vec<String> = found.map(|found| found.sentence(linkstar::Language::En)).collect();
            assert!(wrong.is_empty(), "{} for {category}: {wrong:#?}", template.id);
            planned += 1;
        }
    }
    assert!(planned > 80, "{planned} plans");
}

#[test]
fn the_same_wish_gives_the_same_project() {
    let packs = packs();
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let category = template.example_categories.first().map_or("toys", |category| category.as_str());
        let made = || ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted(template, category) }).unwrap().to_json();
        assert_eq!(made(), made(), "{}", template.id);
    }
}

/// All facts, from every corner of a pack.
fn bases(text: &str) -> Vec<Basis> {
    let mut found = Vec::new();
    each_object(&serde_json::from_str(text).unwrap(), "", &mut |fields, _| {
        found.extend(fields.get("basis").map(|basis| serde_json::from_value::<Basis>(basis.clone()).unwrap()));
    });
    found
}

#[test]
fn the_readme_counts_the_facts() {
    let words = ["confirmed", "partly", "low", "memory", "projected", "estimate", "unknown"];
    let mut table = format!("| file | facts | {} |\n|---|--:{}|\n", words.join(" | "), "|--:".repeat(words.len()));
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    let row = |name: &str, counts: &BTreeMap<String, usize>| {
        let cells = words.map(|word| counts.get(word).copied().unwrap_or_default().to_string());
        format!("| {name} | {} | {} |\n", counts.values().sum::<usize>(), cells.join(" | "))
    };
    for source in linkstar_packs::US_MARKET {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for basis in bases(source.text) {
            let word = serde_json::to_value(basis.confidence).unwrap().as_str().unwrap().to_owned();
            *counts.entry(word.clone()).or_default() += 1;
            *all.entry(word).or_default() += 1;
        }
        table += &row(&format!("`us/{}`", source.file), &counts);
    }
    table += &row("all", &all);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/linkstar-packs/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (head, rest) = readme.split_once("<!-- facts -->\n").unwrap();
    let (old, tail) = rest.split_once("<!-- /facts -->").unwrap();
    if old != table && std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{head}<!-- facts -->\n{table}<!-- /facts -->{tail}")).unwrap();
    } else {
        assert_eq!(old, table, "to write the table: UPDATE_EXPECT=1 cargo test --test packs");
    }
}

#[test]
fn what_is_confirmed_names_a_source() {
    for source in linkstar_packs::US_MARKET {
        for basis in bases(source.text).iter().filter(|basis| basis.confidence == Confidence::Confirmed) {
            let note = basis.note.as_deref().unwrap_or_default();
            assert!(!basis.sources.is_empty() || !basis.citations.is_empty() || !note.is_empty(), "{}: {basis:?}", source.file);
        }
    }
}

#[test]
fn every_requirement_comes_with_its_source_and_without_a_verdict() {
    let packs = packs();
    let template = packs.iter().flat_map(|pack| &pack.templates).find(|template| template.id.as_str() == "amazon-new-product").unwrap();
    let instance = ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted(template, "toys") }).unwrap();
    let rules: Vec<_> = instance.project.checklist.iter().filter_map(|item| item.rule.as_ref()).collect();
    assert!(rules.len() > 20);
    for rule in rules {
        assert!(rule.notice.as_ref().is_some_and(|notice| notice.name.contains("not legal advice")), "{}", rule.requirement);
        assert!(rule.basis.as_of.is_some(), "{}", rule.requirement);
    }
    // That a product conforms is never said.
    assert!(["\"compliant\":", "\"isCompliant\":", "\"legal\":"].iter().all(|verdict| !instance.to_json().contains(verdict)));
}
