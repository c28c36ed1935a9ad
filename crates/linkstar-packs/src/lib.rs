#![forbid(unsafe_code)]
//! The US market, as packs for linkstar.
//!
//! What cross-border sellers have to know is here as data, in files that a lawyer, a project office or a translator edits: which
//! requirements a product brings, when a retail moment is, how long a leg of a voyage takes, which tasks a launch consists of. Each
//! fact has its source, the day on which it was looked up, and how far it can be trusted. It guides a plan. It is not legal advice.
//!
//! ```
//! use linkstar::{Answer, Wanted, ops};
//!
//! let wanted = Wanted {
//!     categories: vec!["toys".into(), "consumer-electronics".into()],
//!     platforms: vec!["amazon".into()],
//!     answers: vec![Answer { attribute: "radio".into(), value: "bluetooth".to_owned() }],
//!     moment: Some("black-friday".into()),
//!     year: Some(2027),
//!     ..Wanted::new("amazon-new-product", "glow-cube-2027", "2027-01-04T01:00:00Z".parse()?)
//! };
//! let packs = linkstar_packs::us_market()?;
//! let instance = ops::instantiate(linkstar::InstantiateRequest { packs, wanted })?;
//! assert!(instance.requirements.iter().any(|due| due.requirement.as_str() == "fcc-certification"));
//! # Ok::<(), linkstar::Error>(())
//! ```

use linkstar::{Pack, Result};

/// A pack as it stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// What the file is called.
    pub file: &'static str,
    /// The JSON document.
    pub text: &'static str,
}

macro_rules! sources {
    ($($file:literal),* $(,)?) => {
        &[$(Source { file: $file, text: include_str!(concat!("../us/", $file)) }),*]
    };
}

/// The packs of the US market, in the order in which later ones name what earlier ones define.
pub const US_MARKET: &[Source] =
    sources!["market.json", "calendar.json", "logistics.json", "compliance.json", "launch.json", "campaign.json", "guidance.json"];

/// The packs of the US market, read.
///
/// # Errors
/// None, as long as the files are as they were published.
pub fn us_market() -> Result<Vec<Pack>> {
    US_MARKET.iter().map(|source| Pack::from_json(source.text)).collect()
}
