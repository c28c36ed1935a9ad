#![forbid(unsafe_code)]
//! Every operation of linkstar as a typed function of JavaScript and TypeScript.
//!
//! The functions here only carry types. What they are given goes through the same JSON door as in every other language, so that
//! plans and errors are the same everywhere.

use js_sys::{Array, Float64Array, JSON, Object, Reflect, Uint32Array};
use tsify::Ts;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const LINKSTAR_ERROR: &str = r#"
/** What every function throws when its input cannot be used. */
export interface LinkstarError extends Error, ErrorData {
    name: "LinkstarError";
}
"#;

macro_rules! functions {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {$(
        #[doc = $doc]
        #[wasm_bindgen(js_name = $js)]
        pub fn $name(request: Ts<$request>) -> Result<Ts<$response>, JsValue> {
            let json = linkstar::call(stringify!($js), &text(&request.js_value())).map_err(thrown)?;
            Ok(Ts::new_unchecked(JSON::parse(&json)?))
        }
    )*};
}

linkstar::for_each_operation!(functions);

/// Runs an operation by its name: JSON in, canonical JSON out.
#[wasm_bindgen]
pub fn call(operation: &str, json: &str) -> Result<String, JsValue> {
    linkstar::call(operation, json).map_err(thrown)
}

/// The names of all operations.
#[wasm_bindgen]
pub fn operations() -> Vec<String> {
    linkstar::OPERATIONS.iter().map(|operation| operation.name.to_owned()).collect()
}

/// A value as JSON; nothing for what has none, such as `undefined`, so that the core says what is wrong with it.
fn text(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|json| json.as_string()).unwrap_or_default()
}

/// An error as JavaScript throws it: a real `Error`, with the fields of ours.
#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn thrown(error: linkstar::Error) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    thrown.set_name("LinkstarError");
    match serde_json::to_string(&error).ok().and_then(|json| JSON::parse(&json).ok()) {
        Some(data) => Object::assign(&thrown, &Object::from(data)).into(),
        None => thrown.into(),
    }
}

/// A project in the hands of those who work on it: log, state, people and plan in memory.
///
/// A page keeps it in a Web Worker, so that nothing waits for it, and frees it with `free()` when it is closed. Columns of numbers are
/// typed arrays, whose buffers a worker can transfer.
#[wasm_bindgen]
pub struct LiveProject(linkstar::LiveProject);

#[wasm_bindgen]
impl LiveProject {
    /// Takes a project up, where a snapshot left it.
    #[wasm_bindgen(constructor)]
    pub fn open(snapshot: Ts<linkstar::Snapshot>) -> Result<LiveProject, JsValue> {
        linkstar::LiveProject::from_json(&text(&snapshot.js_value())).map(LiveProject).map_err(thrown)
    }

    /// Takes a project up, from a snapshot as JSON.
    #[wasm_bindgen(js_name = fromJson)]
    pub fn from_json(json: &str) -> Result<LiveProject, JsValue> {
        linkstar::LiveProject::from_json(json).map(LiveProject).map_err(thrown)
    }

    /// Runs a method by its name: JSON in, canonical JSON out.
    pub fn call(&mut self, method: &str, json: &str) -> Result<String, JsValue> {
        self.0.call(method, json).map_err(thrown)
    }
}

macro_rules! methods {
    ($($js:ident = $name:ident($request:ty) -> $response:ty, $doc:tt;)*) => {
        #[wasm_bindgen]
        impl LiveProject {
            $(
                #[doc = $doc]
                #[wasm_bindgen(js_name = $js)]
                pub fn $name(&mut self, request: Ts<$request>) -> Result<Ts<$response>, JsValue> {
                    let json = self.0.call(stringify!($js), &text(&request.js_value())).map_err(thrown)?;
                    let answer = JSON::parse(&json)?;
                    in_columns(&answer)?;
                    Ok(Ts::new_unchecked(answer))
                }
            )*
        }
    };
}

linkstar::for_each_live_method!(methods);

/// Makes typed arrays of the columns of an answer, and of the plan's changes in it.
fn in_columns(answer: &JsValue) -> Result<(), JsValue> {
    const COLUMNS_OF_NUMBERS: [&str; 4] = ["tasks", "removed", "because", "critical"];
    const COLUMNS_OF_SECONDS: [&str; 4] = ["starts", "finishes", "totals", "frees"];
    let column = |of: &JsValue, name: &str| -> Result<Option<Array>, JsValue> {
        Ok(Reflect::get(of, &name.into())?.dyn_into::<Array>().ok().filter(|list| list.get(0).as_f64().is_some() || list.length() == 0))
    };
    for of in [answer.clone(), Reflect::get(answer, &"delta".into())?] {
        if !of.is_object() {
            continue;
        }
        for name in COLUMNS_OF_NUMBERS {
            if let Some(list) = column(&of, name)? {
                Reflect::set(&of, &name.into(), &Uint32Array::new(&list))?;
            }
        }
        for name in COLUMNS_OF_SECONDS {
            if let Some(list) = column(&of, name)? {
                Reflect::set(&of, &name.into(), &Float64Array::new(&list))?;
            }
        }
    }
    Ok(())
}
