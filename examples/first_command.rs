use linkstar::{Command, Context, Directory, Language, Log, Outcome, Project, decide, decide_first};

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::from_json(&std::fs::read_to_string("examples/us_launch/launch.json")?)?;
    let mut directory = Directory::from_json(&std::fs::read_to_string("examples/us_launch/team.json")?)?;
    directory.grants.push(linkstar::Grant { member: Some("tang.hao".into()), ..linkstar::Grant::new("lead", "owner") });
    // Key and salt are drawn by chance, anew for each command.
    let context = |key: &str, salt: &str| -> linkstar::Result<Context> {
        Ok(Context { actor: "tang.hao".into(), now: "2027-05-25T01:00:00Z".parse()?, key: key.into(), salt: salt.into() })
    };
    let mut log = Log::default();
    if let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context("k1", "b7d1f0a94c35e682")?)? {
        log.events.push(event);
    }
    let state = log.replay()?;
    let start = Command::StartTask { task: "start-ads".into() };
    if let Outcome::Refused { reasons } = decide(&state, &directory, &start, &context("k2", "02c9e8b1f4a7d356")?)? {
        for reason in reasons {
            println!("{}", reason.sentence(Language::En)); // `fcc-certification` is not done. Finish it first.
        }
    }
    Ok(())
}
