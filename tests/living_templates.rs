//! Templates that live on, as whoever runs projects from the packs of the US market meets them: a project becomes a template and the
//! template the same project again; a new version of the packs becomes commands that can be carried out.

use std::collections::BTreeSet;

use linkstar::{
    Anchor, Command, Context, CopyBranchRequest, Day, DiffKind, Directory, Instance, InstantiateRequest, Language, Log, Outcome,
    OverridesRequest, Pack, PackImpactRequest, PackUpdate, Plan, PlanOptions, Project, ProjectImpact, RecordRef, SaveTemplateRequest,
    State, Template, UpdateFromPacksRequest, UpdateStep, Wanted, Zone, decide, decide_first, ops, schedule,
};
use serde_json::{Value, json};

const START: &str = "2026-12-01T01:00:00Z";
/// Far enough for a device that the FDA has to clear.
const TARGET: &str = "2028-09-01";

fn packs() -> Vec<Pack> {
    linkstar_packs::us_market().unwrap()
}

/// The product and the marketplaces that a template was written for, a Bluetooth variant in two colours.
fn wanted(template: &Template) -> Wanted {
    let target: Day = TARGET.parse().unwrap();
    let skus = template.repeats.iter().filter(|repeat| repeat.id.as_str() == "sku");
    Wanted {
        target: template.goal.is_some().then_some(target),
        answers: vec![serde_json::from_value(json!({ "attribute": "radio", "value": "bluetooth" })).unwrap()],
        repeats: skus.map(|_| serde_json::from_value(json!({ "per": "sku", "names": ["Black", "Red"] })).unwrap()).collect(),
        ..Wanted::new(template.id.as_str(), "from-template", START.parse().unwrap())
    }
}

fn made(packs: &[Pack], wanted: Wanted) -> Instance {
    let template = wanted.template.clone();
    ops::instantiate(InstantiateRequest { packs: packs.to_vec(), wanted }).unwrap_or_else(|error| panic!("{template}: {error}"))
}

fn planned(project: &Project, directory: &Directory) -> Plan {
    schedule(project, directory, &PlanOptions::default()).unwrap()
}

/// A project that runs: its log, and what the log adds up to.
struct Running {
    directory: Directory,
    log: Log,
    state: State,
}

impl Running {
    fn begin(instance: Instance) -> Running {
        let team = r#"{ "linkstar": 1, "members": [{ "id": "li.wei", "name": "Li Wei" }, { "id": "ana", "name": "Ana" }],
            "grants": [{ "id": "g", "member": "li.wei", "access": "owner" }, { "id": "h", "member": "ana", "access": "owner" }] }"#;
        let team = Directory::from_json(team).unwrap();
        let directory = Directory { members: team.members, grants: team.grants, ..instance.directory };
        let begun = decide_first(&directory, &Command::begin(&instance.project), &context("li.wei", 0)).unwrap();
        let Outcome::Accepted { event, .. } = begun else { panic!("begun") };
        let state = State::first(&event).unwrap();
        Running { directory, log: Log { events: vec![event], ..Log::default() }, state }
    }

    fn carry_out(&mut self, command: &Command) {
        self.decide("li.wei", command);
    }

    fn decide(&mut self, actor: &str, command: &Command) {
        let decided = decide(&self.state, &self.directory, command, &context(actor, self.log.events.len()));
        match decided.unwrap_or_else(|error| panic!("{command:?}: {error}")) {
            Outcome::Accepted { event, .. } => {
                self.state.apply(&event).unwrap();
                self.log.events.push(event);
            }
            // What takes away a gate or a critical task, somebody else has to approve.
            Outcome::Waiting { event, held, .. } => {
                self.state.apply(&event).unwrap();
                self.log.events.push(event);
                self.decide("ana", &Command::DecideHeld { held, approved: true });
            }
            Outcome::Refused { reasons } => {
                let told: Vec<String> = reasons.iter().map(|reason| reason.sentence(Language::En)).collect();
                panic!("{command:?}: {told:#?}")
            }
            Outcome::Repeated { .. } => panic!("{command:?}: repeated"),
        }
    }

    fn edit(&mut self, command: Value) {
        self.carry_out(&serde_json::from_value(command).unwrap());
    }

    fn overrides(&self, packs: &[Pack]) -> Vec<(DiffKind, RecordRef)> {
        let diff = ops::overrides(OverridesRequest { packs: packs.to_vec(), log: self.log.clone() }).unwrap();
        diff.records.into_iter().map(|record| (record.change, record.record)).collect()
    }

    fn update(&self, before: &[Pack], after: &[Pack]) -> PackUpdate {
        let request = UpdateFromPacksRequest { before: before.to_vec(), after: after.to_vec(), project: self.state.project().clone() };
        ops::update_from_packs(request).unwrap()
    }

    fn impact(&self, before: &[Pack], after: &[Pack]) -> Option<ProjectImpact> {
        let projects = vec![self.state.project().clone()];
        let request = PackImpactRequest { before: before.to_vec(), after: after.to_vec(), projects };
        ops::pack_impact(request).unwrap().projects.into_iter().next()
    }
}

fn context(actor: &str, number: usize) -> Context {
    Context {
        actor: actor.into(),
        now: "2027-01-04T01:00:00Z".parse().unwrap(),
        key: format!("c{number}"),
        salt: "0123456789abcdef".to_owned(),
    }
}

#[test]
fn every_template_saved_from_its_project_gives_the_same_plan() {
    let packs = packs();
    let mut compared = 0;
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let instance = made(&packs, wanted(template));
        let first = planned(&instance.project, &instance.directory);
        assert_eq!(Running::begin(instance.clone()).overrides(&packs), [], "{}", template.id);
        for goal in [None, template.goal.clone()].into_iter().collect::<BTreeSet<_>>() {
            let project = instance.project.clone();
            let saved = ops::save_template(SaveTemplateRequest {
                project: project.clone(),
                id: "saved".into(),
                name: "Saved".to_owned(),
                packs: packs.clone(),
                directory: None,
                goal: goal.clone(),
            });
            let saved = saved.unwrap_or_else(|error| panic!("{}: {error}", template.id));
            assert_eq!(Pack::from_json(&saved.to_json()).unwrap(), saved, "{}", template.id);
            let Some(kept) = saved.templates.first() else { panic!("{}: no template", template.id) };
            assert_eq!(kept.note, None, "{}: nothing is left out", template.id);
            // The same anchor: the day on which the goal stands, else the start.
            let zone = Zone::new(&kept.zone).unwrap();
            let target = goal.map(|goal| zone.day_at(first.task(goal.as_str()).unwrap().start));
            let said = project.origin.as_ref().unwrap().wanted.clone();
            let again = Wanted { template: "saved".into(), target, repeats: Vec::new(), ..said };
            let all: Vec<Pack> = packs.iter().cloned().chain([saved.clone()]).collect();
            let again = made(&all, again).project;
            let second = planned(&again, &instance.directory);
            for task in first.tasks().filter(|task| !task.summary) {
                let now = second.task(task.task.as_str()).map(|now| (now.start, now.finish));
                assert_eq!(now, Some((task.start, task.finish)), "{} of {}", task.task, template.id);
                compared += 1;
            }
            assert_eq!(again.tasks.len(), project.tasks.len(), "{}", template.id);
            let links = |project: &Project| project.links.iter().map(|link| format!("{link:?}")).collect::<BTreeSet<_>>();
            assert_eq!(links(&again), links(&project), "{}", template.id);
            let gates = |project: &Project| {
                let read = |gate: &linkstar::Gate| {
                    let items: BTreeSet<String> = gate.items.iter().map(|item| format!("{item:?}")).collect();
                    let guards: BTreeSet<String> = gate.guards.iter().map(|guard| format!("{guard:?}")).collect();
                    (gate.id.to_string(), guards, items)
                };
                project.gates.iter().map(read).collect::<BTreeSet<_>>()
            };
            assert_eq!(gates(&again), gates(&project), "{}", template.id);
            assert!(matches!(again.anchor, Anchor::Start { .. }));
        }
    }
    assert!(compared > 900, "{compared} tasks");
}

#[test]
fn the_same_packs_change_nothing() {
    let packs = packs();
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let running = Running::begin(made(&packs, wanted(template)));
        let update = running.update(&packs, &packs);
        let all = [&update.steps, &update.conflicts, &update.done].map(Vec::len);
        assert_eq!((all, update.reopened.len(), update.origin.is_none()), ([0; 3], 0, true), "{}", template.id);
        assert_eq!(running.impact(&packs, &packs), None, "{}", template.id);
    }
}

/// A copy of the packs in which one template was edited as text, in the next version.
fn edited(packs: &[Pack], template: &str, edit: impl FnOnce(&mut Vec<Value>)) -> Vec<Pack> {
    let mut documents: Vec<Value> = packs.iter().map(|pack| serde_json::from_str(&pack.to_json()).unwrap()).collect();
    let document = documents.iter_mut().find(|document| {
        let templates = document["templates"].as_array();
        templates.is_some_and(|templates| templates.iter().any(|other| other["id"] == template))
    });
    let document = document.unwrap();
    document["version"] = json!("next");
    let templates = document["templates"].as_array_mut().unwrap();
    let template = templates.iter_mut().find(|other| other["id"] == template).unwrap();
    edit(template["tasks"].as_array_mut().unwrap());
    documents.iter().map(|document| Pack::from_json(&document.to_string()).unwrap()).collect()
}

/// The tasks that carry nothing but their work: evidence, steps of gates and conditions are another story.
fn plain(template: &Template) -> Vec<&str> {
    let special = [&template.goal, &template.scoping, &template.sample];
    let is_plain = |task: &&linkstar::TemplateTask| {
        !special.contains(&&Some(task.id.clone()))
            && task.duration.is_some()
            && task.lead_times.is_empty()
            && task.when.is_empty()
            && task.evidence.is_empty()
            && task.gates.is_empty()
            && template.decisions.iter().all(|decision| decision.by != task.id)
    };
    template.tasks.iter().filter(is_plain).map(|task| task.id.as_str()).collect()
}

#[test]
fn a_new_version_of_every_template_can_be_taken_over() {
    let packs = packs();
    let mut carried_out = 0;
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let plain = plain(template);
        let [longer, ours, gone, ticked, ..] = plain[..] else { panic!("{}: {plain:?}", template.id) };
        let after = edited(&packs, template.id.as_str(), |tasks| {
            let place = |tasks: &[Value], id: &str| tasks.iter().position(|task| task["id"] == *id).unwrap();
            for id in [longer, ours] {
                let task = place(tasks, id);
                tasks[task]["duration"] = json!("11d");
                let fields = tasks[task].as_object_mut().unwrap();
                fields.retain(|field, _| !["optimistic", "pessimistic"].contains(&field.as_str()));
            }
            // What followed the task that goes follows what that one followed.
            let removed = tasks.remove(place(tasks, gone));
            let before = removed["after"].as_array().cloned().unwrap_or_default();
            for task in tasks.iter_mut() {
                let Some(after) = task.get_mut("after").and_then(Value::as_array_mut) else { continue };
                if after.iter().any(|link| link["task"] == gone) {
                    after.retain(|link| link["task"] != gone);
                    let new: Vec<Value> =
                        before.iter().filter(|link| after.iter().all(|other| other["task"] != link["task"])).cloned().collect();
                    after.extend(new);
                }
            }
            let task = place(tasks, ticked);
            let mut list = tasks[task]["checklist"].as_array().cloned().unwrap_or_default();
            list.push(json!({ "name": "Somebody else has looked at it" }));
            tasks[task]["checklist"] = json!(list);
            let stage = tasks[task]["stage"].clone();
            let new = json!({ "id": "one-more", "name": "One more", "stage": stage, "duration": "2d", "after": [{ "task": longer }], "checklist": [{ "name": "Done" }] });
            let behind = place(tasks, longer) + 1;
            tasks.insert(behind, new);
        });

        // As it was made: everything is a step, and afterwards it is what the new version makes.
        let mut running = Running::begin(made(&packs, wanted(template)));
        let update = running.update(&packs, &after);
        assert!(update.conflicts.is_empty() && update.done.is_empty(), "{}: {:#?}", template.id, update.conflicts);
        let told = running.impact(&packs, &after).unwrap();
        assert_eq!((told.added + told.removed + told.changed) as usize, update.steps.len(), "{}", template.id);
        for command in update.steps.iter().map(|step| &step.command).chain(&update.origin) {
            running.carry_out(command);
            carried_out += 1;
        }
        let left = ops::overrides(OverridesRequest { packs: after.clone(), log: running.log.clone() }).unwrap().records;
        let left: Vec<_> = left.iter().filter(|record| record.fields.iter().any(|field| field.field != "rank")).collect();
        assert!(left.is_empty(), "{}: {left:#?}", template.id);

        // With changes of its own: they stay, and are listed.
        let mut running = Running::begin(made(&packs, wanted(template)));
        let own = |id: &str, duration: &str| json!({ "kind": "edit", "record": { "kind": "task", "id": id }, "fields": [{ "field": "duration", "value": duration }, { "field": "estimate" }] });
        running.edit(own(ours, "17d"));
        running.edit(own(gone, "19d"));
        let before = running.state.project().clone();
        let update = running.update(&packs, &after);
        let is = |step: &&UpdateStep, id: &str| step.record.id == id && step.record.kind == linkstar::RecordKind::Task;
        assert!(update.conflicts.iter().any(|step| is(&step, ours)), "{}", template.id);
        assert!(update.conflicts.iter().any(|step| is(&step, gone)), "{}", template.id);
        for command in update.steps.iter().map(|step| &step.command) {
            running.carry_out(command);
            carried_out += 1;
        }
        let project = running.state.project();
        for id in [ours, gone] {
            assert_eq!(project.task(id), before.task(id), "{}", template.id);
        }
        let of = |project: &Project| {
            let ends = project.links.iter().filter(|link| link.successor.as_str() == gone || link.predecessor.as_str() == gone);
            ends.map(|link| format!("{link:?}")).collect::<BTreeSet<_>>()
        };
        assert_eq!(of(project), of(&before), "what stays keeps its links: {}", template.id);
        let number = |project: &Project| {
            let items = project.gates.iter().filter(|gate| gate.id.as_str() == format!("done-{ticked}")).map(|gate| gate.items.len());
            items.sum::<usize>()
        };
        assert_eq!((project.task(longer).unwrap().duration, number(project)), (Some("11d".parse().unwrap()), number(&before) + 1));
        assert!(project.task("one-more").is_some());

        // Whoever decides for the new version can take that as well.
        for command in update.conflicts.iter().map(|step| &step.command).chain(&update.origin) {
            running.carry_out(command);
            carried_out += 1;
        }
        assert_eq!(running.state.project().task(ours).unwrap().duration, Some("11d".parse().unwrap()));
        assert!(running.state.project().task(gone).is_none(), "{}", template.id);
    }
    assert!(carried_out > 100, "{carried_out} commands");
}

#[test]
fn every_stage_of_every_template_can_be_copied() {
    let packs = packs();
    let mut copied = 0;
    for template in packs.iter().flat_map(|pack| &pack.templates) {
        let mut running = Running::begin(made(&packs, wanted(template)));
        running.edit(json!({ "kind": "reportStart", "task": template.tasks[0].id, "at": "2026-12-01T02:00:00Z" }));
        let project = running.state.project().clone();
        for stage in project.tasks.iter().filter(|task| task.parent.is_none()) {
            let first = stage.id.as_str() == template.tasks[0].stage.as_str();
            for (key, people, actuals) in [("again", false, false), ("all", true, true)].into_iter().take(1 + usize::from(first)) {
                let request = CopyBranchRequest {
                    project: running.state.project().clone(),
                    task: stage.id.clone(),
                    key: key.to_owned(),
                    parent: None,
                    people,
                    actuals,
                };
                let copy = ops::copy_branch(request).unwrap();
                copy.commands.iter().for_each(|command| running.carry_out(command));
                copied += copy.commands.len();
            }
        }
        let project = running.state.project();
        let begun =
            |prefix: &str| project.tasks.iter().filter(|task| task.id.as_str().starts_with(prefix) && task.progress.is_some()).count();
        assert_eq!((begun("again."), begun("all.")), (0, 1), "{}", template.id);
        let plan = planned(project, &running.directory);
        let stuck = plan.diagnostics.iter().filter(|found| {
            matches!(found.code, linkstar::Code::GateDeadlock | linkstar::Code::GateUnreachable | linkstar::Code::LinkLoop)
        });
        assert_eq!(stuck.count(), 0, "{}", template.id);
    }
    assert!(copied > 1_000, "{copied} commands");
}
