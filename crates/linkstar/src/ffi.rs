//! What the generated bindings export: the table of operations, and how documents cross.
//!
//! It has to live in this crate, because functions exported by another one would become a second module in Python. There is no
//! logic here.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::LinkstarError;
use crate::{Code, Directory, EvidenceBundle, Json, Log, Pack, Plan, Project};

// Whole documents cross as JSON text, inside otherwise typed records: ten times faster than records of records.
uniffi::custom_type!(Project, String, { lower: |document| document.to_json(), try_lift: |json| Ok(Project::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Directory, String, { lower: |document| document.to_json(), try_lift: |json| Ok(Directory::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Pack, String, { lower: |document| document.to_json(), try_lift: |json| Ok(Pack::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Plan, String, { lower: |document| document.to_json(), try_lift: |json| Ok(Plan::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Log, String, { lower: |document| document.to_json(), try_lift: |json| Ok(Log::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(EvidenceBundle, String, { lower: |document| document.to_json(), try_lift: |json| Ok(EvidenceBundle::from_json(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Json, String, { lower: |value| value.as_str().to_owned(), try_lift: |json| Ok(Json::new(&json).map_err(LinkstarError::from)?) });
uniffi::custom_type!(Code, String, { lower: |code| code.as_str().to_owned(), try_lift: |text| Ok(text.parse::<Code>().map_err(LinkstarError::from)?) });

macro_rules! functions {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {$(
        #[doc = $doc]
        #[uniffi::export]
        pub fn $name(request: $request) -> Result<$response, LinkstarError> {
            Ok(crate::ops::$name(request)?)
        }
    )*};
}

crate::for_each_operation!(functions);

/// Runs an operation by its name in the table: JSON in, canonical JSON out.
#[uniffi::export]
pub fn call(operation: &str, json: &str) -> Result<String, LinkstarError> {
    Ok(crate::ops::call(operation, json)?)
}

/// The names of all operations, in the order of the table.
#[uniffi::export]
pub fn operations() -> Vec<String> {
    crate::ops::OPERATIONS.iter().map(|operation| operation.name.to_owned()).collect()
}

/// A project in the hands of those who work on it: log, state, people and plan in memory. Calls from several threads wait for each other.
#[derive(uniffi::Object)]
pub struct LiveProject(Mutex<crate::LiveProject>);

impl LiveProject {
    fn lock(&self) -> MutexGuard<'_, crate::LiveProject> {
        // A panic in between would be a fault of ours; whoever holds the object can still ask for its events.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl LiveProject {
    /// Takes a project up, where a snapshot left it.
    #[uniffi::constructor]
    pub fn open(snapshot: crate::Snapshot) -> Result<LiveProject, LinkstarError> {
        Ok(LiveProject(Mutex::new(crate::LiveProject::open(snapshot)?)))
    }

    /// Takes a project up, from a snapshot as JSON.
    #[uniffi::constructor]
    pub fn from_json(json: &str) -> Result<LiveProject, LinkstarError> {
        Ok(LiveProject(Mutex::new(crate::LiveProject::from_json(json)?)))
    }

    /// Runs a method by its name: JSON in, canonical JSON out.
    pub fn call(&self, method: &str, json: &str) -> Result<String, LinkstarError> {
        Ok(self.lock().call(method, json)?)
    }
}

macro_rules! methods {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {
        #[uniffi::export]
        impl LiveProject {
            $(
                #[doc = $doc]
                pub fn $name(&self, request: $request) -> Result<$response, LinkstarError> {
                    Ok(crate::ops::live_methods::$name(&mut self.lock(), request)?)
                }
            )*
        }
    };
}

crate::for_each_live_method!(methods);
