use linkstar::{CopyWith, Instance, PackUpdate, Wanted, copy_branch, instantiate, pack_impact, save_template, update_from_packs};

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let packs = linkstar_packs::us_market()?;
    let target = Some("2027-11-26".parse()?);
    let wanted = Wanted { target, ..Wanted::new("amazon-new-product", "glow-cube", "2027-01-04T01:00:00Z".parse()?) };
    let Instance { project, directory, .. } = instantiate(&packs, &wanted)?;

    // The finished project as a template: dates count from the day of its goal, what was done says how long it takes.
    let saved = save_template(&project, &packs, Some(&directory), &"our-launch".into(), "Our launch", Some(&"first-sale".into()))?;
    println!("{} tasks", saved.templates.iter().map(|template| template.tasks.len()).sum::<usize>());

    // A stage once more, without people and actuals: commands for `execute`.
    let copy = copy_branch(&project, &"listing".into(), "second-colour", None, CopyWith::default())?;
    println!("{} commands add `{}`", copy.commands.len(), copy.task);

    // A new version of the packs: here the photos take twelve days instead of eight.
    let mut next = packs.clone();
    for pack in next.iter_mut().filter(|pack| !pack.templates.is_empty()) {
        pack.version = "next".to_owned();
        let tasks = pack.templates.iter_mut().flat_map(|template| &mut template.tasks);
        tasks.filter(|task| task.id.as_str() == "photo-shoot").for_each(|task| task.duration = "12d".parse().ok());
    }
    for touched in pack_impact(&packs, &next, std::slice::from_ref(&project))?.projects {
        println!("{}: {} changed, {} conflicts", touched.project, touched.changed, touched.conflicts);
    }
    let PackUpdate { steps, origin, .. } = update_from_packs(&packs, &next, &project)?;
    for command in steps.iter().map(|step| &step.command).chain(&origin) {
        println!("{}", command.kind()); // to be reviewed one by one, then carried out by `execute`
    }
    Ok(())
}
