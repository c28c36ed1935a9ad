//! What a plan lacks comes with the commands that mend it: each of them is accepted, and what they mend is not found again.

use std::collections::BTreeSet;
use std::path::Path;

use linkstar::{
    Adaptation, AdaptationsRequest, CategoryId, Command, Context, Directory, Grant, InstantiateRequest, Member, Outcome, Pack, Project,
    State, Template, Wanted, decide, decide_first, ops,
};
use serde_json::Value;

const NOW: &str = "2026-12-01T01:00:00Z";
/// So many findings of one project are mended one after the other before we call it a circle.
const MOST_STEPS: usize = 200;

/// Where a plan is looked at.
struct Looked {
    name: String,
    packs: Vec<Pack>,
    directory: Directory,
    categories: Vec<CategoryId>,
}

impl Looked {
    /// `directory` gets an owner of the whole project.
    fn new(name: &str, packs: &[Pack], mut directory: Directory, categories: Vec<CategoryId>) -> Looked {
        directory.members.push(Member::new("lin.yue", "Lin Yue"));
        directory.grants.push(Grant { member: Some("lin.yue".into()), ..Grant::new("lead", "owner") });
        Looked { name: name.to_owned(), packs: packs.to_vec(), directory, categories }
    }

    fn findings(&self, project: &Project) -> Vec<Adaptation> {
        let (packs, directory, categories) = (self.packs.clone(), self.directory.clone(), self.categories.clone());
        let request = AdaptationsRequest { packs, project: project.clone(), directory, categories };
        ops::adaptations(request).unwrap_or_else(|error| panic!("{}: {error}", self.name)).findings
    }

    fn begun(&self, project: &Project) -> State {
        match decide_first(&self.directory, &Command::begin(project), &context("begin")).unwrap() {
            Outcome::Accepted { event, .. } => State::first(&event).unwrap(),
            other => panic!("{}: {other:?}", self.name),
        }
    }

    /// Lets the commands of a repair happen, one after the other.
    fn mend(&self, state: &mut State, found: &Adaptation, key: usize) {
        assert!(!found.repair.is_empty(), "{}: nothing mends {:?}", self.name, found.finding);
        for (place, command) in found.repair.iter().enumerate() {
            match decide(state, &self.directory, command, &context(&format!("{key}/{place}"))) {
                Ok(Outcome::Accepted { event, .. }) => state.apply(&event).unwrap(),
                other => panic!("{}: {command:?} for {:?} gives {other:?}", self.name, found.finding),
            }
        }
    }

    /// Mends each finding by itself, except those that were mended in this project before; gives how many there are.
    fn mends_each(&self, project: &Project, before: &mut BTreeSet<String>) -> usize {
        let begun = self.begun(project);
        let at_first = self.findings(begun.project());
        for found in at_first.iter().filter(|found| before.insert(format!("{found:?}"))) {
            let mut state = begun.clone();
            self.mend(&mut state, found, 0);
            let left = self.findings(state.project());
            assert!(left.iter().all(|other| other.finding != found.finding), "{}: {:?} stays", self.name, found.finding);
            // What moves may stand too close to something else then, but it is not the same tasks that are complained of again.
            let same = |other: &&Adaptation| {
                let tasks = &found.finding.tasks;
                other.finding.code == found.finding.code && !tasks.is_empty() && other.finding.tasks == *tasks
            };
            assert!(!left.iter().any(|other| same(&other)), "{}: {:?} stays in other words", self.name, found.finding);
        }
        at_first.len()
    }

    /// Mends all findings, one after the other.
    fn mends_all(&self, project: &Project) {
        let (mut state, mut steps) = (self.begun(project), 0);
        while let Some(found) = self.findings(state.project()).first() {
            self.mend(&mut state, found, steps);
            steps += 1;
            assert!(steps < MOST_STEPS, "{}: {:?} comes again and again", self.name, found.finding);
        }
    }
}

fn context(key: &str) -> Context {
    Context { actor: "lin.yue".into(), now: NOW.parse().unwrap(), key: key.to_owned(), salt: "b7d1f0a94c35e682".to_owned() }
}

#[test]
fn what_the_vectors_find_is_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/packs");
    let found = [
        ("too-coarse-to-follow", "pack.coarse"),
        ("an-electronics-template-on-apparel", "pack.expected"),
        ("reviews-outside-of-a-programme", "pack.outside"),
        ("no-buffer-after-an-outside-party", "pack.noBuffer"),
    ];
    for (name, code) in found {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let vector: Value = serde_json::from_str(&text).unwrap();
        let AdaptationsRequest { packs, project, directory, categories } = serde_json::from_value(vector["input"].clone()).unwrap();
        let looked = Looked::new(name, &packs, directory, categories);
        assert!(looked.findings(&project).iter().any(|found| found.finding.code.as_str() == code), "{name} finds no {code}");
        assert!(looked.mends_each(&project, &mut BTreeSet::new()) > 0, "{name}");
        looked.mends_all(&project);
    }
}

#[test]
fn what_the_us_packs_find_is_mended() {
    let packs = linkstar_packs::us_market().unwrap();
    let all: Vec<&CategoryId> = packs.iter().flat_map(|pack| &pack.categories).map(|category| &category.id).collect();
    let (mut seen, mut codes) = (0, BTreeSet::new());
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        // Made for one category and looked at for each: also for those that the template was not written for.
        let own = template.example_categories.first().or(template.categories.first());
        let made_for = own.cloned().unwrap_or_else(|| "home-kitchen".into());
        let made = ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted(template, &made_for) }).unwrap();
        let mut mended = BTreeSet::new();
        for category in &all {
            let name = format!("{} of {made_for} for {category}", template.id);
            let looked = Looked::new(&name, &packs, made.directory.clone(), vec![(*category).clone()]);
            codes.extend(looked.findings(&made.project).iter().map(|found| found.finding.code.as_str()));
            seen += usize::from(looked.mends_each(&made.project, &mut mended) > 0);
            if **category == made_for {
                looked.mends_all(&made.project);
            }
        }
    }
    println!("{seen} plans with findings: {codes:?}");
    assert!(seen > 100 && codes.contains("pack.unchanged") && codes.contains("pack.expected"), "{seen} {codes:?}");
}

fn wanted(template: &Template, category: &CategoryId) -> Wanted {
    let platforms = if template.platforms.is_empty() { &template.example_platforms } else { &template.platforms };
    Wanted {
        categories: vec![category.clone()],
        platforms: platforms.clone(),
        target: template.goal.is_some().then(|| "2028-09-01".parse().unwrap()),
        ..Wanted::new(template.id.as_str(), "adapted", NOW.parse().unwrap())
    }
}
