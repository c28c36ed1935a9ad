//! stub
use crate::error::*;
use crate::model::*;
use crate::time::Day;
use std::collections::BTreeMap;
/// x
#[derive(Debug, Clone)]
pub struct MomentDates {
    /// x
    pub first: Option<Day>,
    /// x
    pub last: Option<Day>,
    /// x
    pub kind: DateBasis,
    /// x
    pub basis: Basis,
}
pub(crate) fn dates_of(_m: &BTreeMap<&str, &RetailMoment>, moment: &MomentId, _year: i32) -> Result<MomentDates> {
    Err(Error::new(Code::PackKey, &[("moment", moment.as_str())]))
}
pub(crate) fn published(
    _p: &[Pack],
    _m: &MomentId,
    _y: i32,
    _f: Option<Day>,
    _by: &PlatformId,
    _w: PublishedKind,
    _method: Option<&str>,
) -> crate::pack::dates::Found {
    crate::pack::dates::Found { day: None, kind: DateBasis::Unknown, basis: None }
}
