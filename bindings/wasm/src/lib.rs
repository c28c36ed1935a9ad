#![forbid(unsafe_code)]
//! Every operation of linkstar as a typed function of JavaScript and TypeScript.
//!
//! The functions here only carry types. What they are given goes through the same JSON door as in every other language, so that
//! plans and errors are the same everywhere.

use js_sys::{JSON, Object};
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
