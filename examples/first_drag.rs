use linkstar::{
    Command, Context, Directory, FieldValue, Json, LiveProject, Log, Outcome, Project, RecordKind, RecordRef, Snapshot, decide_first,
};

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::from_json(&std::fs::read_to_string("examples/us_launch/launch.json")?)?;
    let mut directory = Directory::from_json(&std::fs::read_to_string("examples/us_launch/team.json")?)?;
    directory.grants.push(linkstar::Grant { member: Some("tang.hao".into()), ..linkstar::Grant::new("lead", "owner") });
    let context = |key: &str, salt: &str| -> linkstar::Result<Context> {
        Ok(Context { actor: "tang.hao".into(), now: "2027-05-25T01:00:00Z".parse()?, key: key.into(), salt: salt.into() })
    };
    let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context("k1", "b7d1f0a94c35e682")?)? else {
        return Err("tang.hao may not begin a project".into());
    };
    let mut launch = LiveProject::open(Snapshot::new(Log { events: vec![event], ..Log::default() }, directory))?;

    let fields = vec![FieldValue { field: "duration".into(), value: Some(Json::new("\"60d\"")?) }];
    let longer = Command::Edit { record: RecordRef::new(RecordKind::Task, "fcc-certification"), fields };
    let preview = launch.preview(&longer, &context("drag", "02c9e8b1f4a7d356")?)?;
    println!("{} tasks would move, the launch by {} working seconds", preview.delta.tasks.len(), preview.delta.delay);
    let receipt = launch.execute(&longer, &context("drop", "77aa3c02de91b45f")?)?;
    assert_eq!(receipt.delta, preview.delta);
    launch.undo(&context("back", "e14b0d9973aa2c58")?)?; // a new event; refused where somebody else has changed the same since
    println!("{} events to store", launch.events_since(1).len());
    Ok(())
}
