use linkstar::{Directory, Language, PlanOptions, Project, schedule};

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::from_json(&std::fs::read_to_string("examples/us_launch/launch.json")?)?;
    let directory = Directory::from_json(&std::fs::read_to_string("examples/us_launch/team.json")?)?;
    let plan = schedule(&project, &directory, &PlanOptions::default())?;
    println!("all done on {}", plan.finish);
    for step in plan.explain("start-ads", Language::En)?.steps {
        println!("{}", step.sentence);
    }
    Ok(())
}
