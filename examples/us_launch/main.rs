
use linkstar::*;
fn main() {
    let p = Project::from_json(include_str!("launch.json")).unwrap();
    let d = Directory::from_json(include_str!("team.json")).unwrap();
    let now=std::env::args().nth(1).map(|s| s.parse().unwrap()); let t=std::time::Instant::now();
    let plan = schedule(&p,&d,&PlanOptions{now,..Default::default()}).unwrap();
    eprintln!("{:?}", t.elapsed());
    for t in &plan.tasks { println!("{:30} {} {} ls {} slack {} free {} {}", t.task.as_str(), t.start, t.finish, t.late_start, working_time(t.total_slack, plan.working_day()),working_time(t.free_slack, plan.working_day()), if t.critical {"CRIT"} else {""}); }
    for d in &plan.diagnostics { println!("{:?} {}", d.code, d.sentence(Language::En)); }
    for l in [Language::En, Language::ZhCn] { for s in plan.explain("start-ads", l).unwrap().steps { println!("{}", s.sentence); } }
    for s in plan.explain("sellable-stock", Language::En).unwrap().steps { println!("{}", s.sentence); }
}
