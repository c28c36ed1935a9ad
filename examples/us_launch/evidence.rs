//! Hands in what points of the checklist ask for, as if it had come this minute.

use linkstar::{ChecklistItem, Evidence, Language, MemberId, Project, Tick, Timestamp};

use super::words;

/// Hands in every kind of evidence that the items need, or ticks those that need none.
///
/// # Errors
/// One line with all keys of the checklist, when it has no item of this key.
pub fn hand_in(project: &mut Project, keys: &[String], now: Timestamp, language: Language) -> Result<(), String> {
    for key in keys {
        let Some(place) = project.checklist.iter().position(|item| item.id.as_str() == key) else {
            let all: Vec<&str> = project.checklist.iter().map(|item| item.id.as_str()).collect();
            return Err(words::BAD_EVIDENCE.with(language, &[("value", key), ("keys", &all.join(", "))]));
        };
        let by = keeper(project, &project.checklist[place]);
        let item = &mut project.checklist[place];
        if item.needs.is_empty() {
            item.ticked = Some(Tick { by, at: now });
        } else {
            let piece = |kind: &String| Evidence {
                id: kind.as_str().into(),
                kind: kind.clone(),
                digest: None,
                at: now,
                by: by.clone(),
                validity: None,
            };
            item.evidence = item.needs.iter().map(piece).collect();
        }
    }
    Ok(())
}

/// Who sees to an item: its owner, or who owns the task that brings its evidence.
fn keeper(project: &Project, item: &ChecklistItem) -> MemberId {
    let producer = || item.producer.as_ref().and_then(|task| project.task(task.as_str())).and_then(|task| task.owner.clone());
    item.owner.clone().or_else(producer).unwrap_or_else(|| "host".into())
}
