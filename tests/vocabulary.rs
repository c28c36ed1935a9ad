//! Every word of the research on when a requirement applies became a condition, or a question.

use std::collections::{BTreeMap, BTreeSet};

use linkstar::{Answer, Clause, InstantiateRequest, Test, Wanted, ops};
use serde_json::Value;

struct Table {
    tokens: BTreeMap<String, Token>,
    /// Clauses that spare a question with only one answer, by requirement.
    narrowed: BTreeMap<String, Vec<Clause>>,
}

struct Token {
    how: String,
    when: Vec<Clause>,
    asks: Vec<String>,
    requirements: Vec<String>,
}

fn table() -> Table {
    fn clauses(value: &Value) -> Vec<Clause> {
        serde_json::from_value(value.clone()).unwrap()
    }
    fn names(value: &Value) -> Vec<String> {
        value.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
    }
    let told: Value = serde_json::from_str(include_str!("vocabulary.json")).unwrap();
    let token = |value: &Value| Token {
        how: value["how"].as_str().unwrap().to_owned(),
        when: clauses(&value["when"]),
        asks: names(&value["asks"]),
        requirements: names(&value["requirements"]),
    };
    let tokens = told["tokens"].as_object().unwrap().iter().map(|(word, value)| (word.clone(), token(value)));
    let narrowed = told["narrowed"]["requirements"].as_object().unwrap().iter().map(|(id, value)| (id.clone(), clauses(value)));
    Table { tokens: tokens.collect(), narrowed: narrowed.collect() }
}

fn tests(clauses: &[Clause]) -> impl Iterator<Item = String> + '_ {
    clauses.iter().flat_map(|clause| &clause.any).map(|test| format!("{test:?}"))
}

#[test]
fn every_word_became_a_condition_or_a_question() {
    let table = table();
    assert_eq!(table.tokens.len(), 104);
    let always: Vec<&str> = table.tokens.iter().filter(|(_, token)| token.when.is_empty()).map(|(word, _)| word.as_str()).collect();
    assert_eq!(always, ["consumer_product"]);
    for (word, token) in &table.tokens {
        assert!(!token.requirements.is_empty(), "{word}");
        assert_eq!(token.how == "question", !token.asks.is_empty(), "{word}");
    }
}

#[test]
fn a_requirement_tests_what_its_words_say_and_nothing_else() {
    let table = table();
    for requirement in linkstar_packs::us_market().unwrap().iter().flat_map(|pack| &pack.requirements) {
        let id = requirement.id.as_str();
        let said = table.tokens.values().filter(|token| token.requirements.iter().any(|named| named == id)).map(|token| &token.when);
        let narrowed = table.narrowed.get(id);
        let wanted: BTreeSet<String> = said.chain(narrowed).flat_map(|clauses| tests(clauses)).collect();
        assert_eq!(tests(&requirement.when).collect::<BTreeSet<_>>(), wanted, "{id}");
    }
}

#[test]
fn a_question_can_be_asked() {
    let packs = linkstar_packs::us_market().unwrap();
    let known: BTreeSet<&str> = packs.iter().flat_map(|pack| &pack.attributes).map(|attribute| attribute.id.as_str()).collect();
    for (word, token) in &table().tokens {
        assert!(token.asks.iter().all(|attribute| known.contains(attribute.as_str())), "{word}");
        for test in token.when.iter().flat_map(|clause| &clause.any) {
            if let Test::Is { attribute, .. } | Test::IsNot { attribute, .. } = test {
                assert!(known.contains(attribute.as_str()), "{word}: {attribute}");
            }
        }
    }
}

/// What applies, and what is asked.
fn of(categories: &[&str], answers: &[(&str, &str)]) -> (BTreeMap<String, bool>, BTreeSet<String>) {
    let answers = answers.iter().map(|(attribute, value)| Answer { attribute: (*attribute).into(), value: (*value).to_owned() });
    let wanted = Wanted {
        categories: categories.iter().map(|category| (*category).into()).collect(),
        platforms: vec!["amazon".into()],
        answers: answers.collect(),
        target: Some("2028-09-01".parse().unwrap()),
        ..Wanted::new("amazon-new-product", "what-applies", "2026-12-01T01:00:00Z".parse().unwrap())
    };
    let made = ops::instantiate(InstantiateRequest { packs: linkstar_packs::us_market().unwrap(), wanted }).unwrap();
    let due = made.requirements.iter().map(|due| (due.requirement.to_string(), due.asks.is_empty())).collect();
    (due, made.questions.iter().map(|question| question.attribute.to_string()).collect())
}

#[test]
fn a_bluetooth_toy_brings_what_an_expert_expects_and_few_questions() {
    let said = [("radio", "bluetooth"), ("battery", "lithium"), ("age-min", "6")];
    let (due, asked) = of(&["toys", "consumer-electronics"], &said);
    assert!(asked.len() <= 6, "{asked:?}");
    for id in [
        "cpsc-cpc",
        "cpsc-efiling",
        "cpsc-tracking-label",
        "cpsc-lead",
        "cpsc-phthalates",
        "cpsc-astm-f963",
        "fcc-certification",
        "fcc-lab-eligibility",
        "lithium-un383",
        "sds-dangerous-goods",
        "cbp-hts",
        "cbp-duty-stack",
        "cbp-isf",
        "cbp-ior-bond",
        "cbp-origin-marking",
        "gs1-gtin",
        "us-trademark",
        "amazon-brand-registry",
        "amazon-fba-prep-label",
        "amazon-direct-validation",
    ] {
        assert_eq!(due.get(id), Some(&true), "{id}");
    }
    for id in ["cpsc-gcc", "fcc-sdoc", "cpsc-small-parts", "cpsc-toy-ad-warning", "cpsc-button-cell-1263", "nrtl-listing", "fda-laser"] {
        assert_eq!(due.get(id), None, "{id}");
    }
}

#[test]
fn silence_makes_no_costly_duty_disappear() {
    let asks = |category: &str, attribute: &str| assert!(of(&[category], &[]).1.contains(attribute), "{category}: {attribute}");
    for category in ["consumer-electronics", "toys", "home-appliances", "lighting", "auto-parts", "pet"] {
        asks(category, "radio");
    }
    for category in ["consumer-electronics", "home-appliances", "battery-powered", "pet", "outdoor-sports"] {
        asks(category, "battery");
    }
    asks("consumer-electronics", "button-cell");
    asks("consumer-electronics", "power-bank");
    asks("home-appliances", "energy-rules");
    asks("cosmetics", "drug-claim");
    asks("e-mobility", "micromobility");
    asks("childrens-products", "durable-infant");
    asks("auto-parts", "vehicle-equipment");
    // A dresser of unknown size is taken for one that can tip over.
    assert_eq!(of(&["furniture"], &[("furniture-type", "clothing-storage")]).0.get("cpsc-csu-1261"), Some(&true));
    // Whoever calls it wireless has said that it sends.
    assert_eq!(of(&["apparel", "wireless"], &[]).0.get("fcc-certification"), Some(&true));
}

/// The tasks that a phrase of the research on templates became, as template and task.
fn named<'p>(packs: &'p [linkstar::Pack], value: &'p Value) -> Vec<(&'p str, &'p linkstar::TemplateTask)> {
    let find = |name: &'p str| {
        let (template, task) = name.split_once('/').unwrap();
        let template = packs.iter().flat_map(|pack| &pack.templates).find(|other| other.id.as_str() == template).unwrap();
        (name, template.tasks.iter().find(|other| other.id.as_str() == task).unwrap_or_else(|| panic!("{name}")))
    };
    value.as_array().unwrap().iter().map(|name| find(name.as_str().unwrap())).collect()
}

#[test]
fn every_condition_of_a_template_is_typed() {
    let (told, packs): (Value, _) = (serde_json::from_str(include_str!("vocabulary.json")).unwrap(), linkstar_packs::us_market().unwrap());
    let mut mapped = 0;
    for (phrase, tasks) in told["conditions"].as_object().unwrap() {
        for (name, task) in named(&packs, tasks) {
            assert!(!task.when.is_empty(), "{phrase}: {name}");
            mapped += 1;
        }
    }
    assert_eq!(mapped, 31);
}

#[test]
fn every_anchor_of_a_template_is_a_date_a_lag_or_told_to_people() {
    let (told, packs): (Value, _) = (serde_json::from_str(include_str!("vocabulary.json")).unwrap(), linkstar_packs::us_market().unwrap());
    for (phrase, tasks) in told["anchors"].as_object().unwrap() {
        for (name, task) in named(&packs, tasks) {
            let lag = task.after.iter().any(|link| link.lag.is_some_and(|lag| lag.to_string() == "1ed"));
            // A window of every year cannot be a date of one project: people tick it.
            let ticked = phrase.starts_with("renew") && !task.checklist.is_empty();
            assert!(!task.dates.is_empty() || lag || ticked, "{phrase}: {name}");
        }
    }
}
