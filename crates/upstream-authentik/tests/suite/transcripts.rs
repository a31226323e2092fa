//! Replays recorded requests against the simulator and compares status, headers and the shape of the body.

use std::collections::HashMap;

use outbound::{Answer, Call, Method};
use serde_json::{Map, Value, json};
use simulator::{State as _, Step};

use crate::fidelity::dezkys;
use crate::lab::{Lab, TOKEN};

/// What a recording lacks: done before each step of it.
pub trait Meanwhile {
    async fn before(&mut self, lab: &Lab, name: &str, replay: &mut Replay);
}

/// Nothing is lacking.
pub struct Nothing;

impl Meanwhile for Nothing {
    async fn before(&mut self, _: &Lab, _: &str, _: &mut Replay) {}
}

#[derive(Default)]
pub struct Replay {
    /// Recorded ids and tokens, and ours.
    pub ids: HashMap<String, String>,
    /// The cookie of the browser that sends the recorded cookies of the next step.
    pub cookie: Option<String>,
    /// The access token for a recorded one in the next step.
    pub access: Option<String>,
    /// The key of the API in place of `<api-token>` in the next step.
    pub api_key: Option<String>,
    /// True when the number of rows of trimmed lists is as recorded.
    counts: bool,
}

impl Replay {
    pub async fn run(&mut self, lab: &Lab, text: &str, meanwhile: &mut impl Meanwhile) -> Vec<Step> {
        let recorded: Vec<Value> = serde_json::from_str(text).unwrap();
        let mut steps = Vec::new();
        for step in &recorded {
            let name = step["name"].as_str().unwrap();
            meanwhile.before(lab, name, self).await;
            let answer = lab.http.send(self.call(&step["request"])).await.unwrap();
            let difference = self.compare(step, &answer).err();
            let calls = dezkys(&step["request"]).into_iter().collect();
            steps.push(Step { name: name.to_owned(), calls, difference });
        }
        steps
    }

    fn call(&self, request: &Value) -> Call {
        let method = match request["method"].as_str().unwrap() {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            other => panic!("{other}"),
        };
        let mut call = Call::new(method, self.translate(request["path"].as_str().unwrap()));
        if let Some(authorization) = request["headers"]["Authorization"].as_str() {
            call = if let Some(token) = self.access.as_ref().filter(|_| authorization.contains("eyJ")) {
                call.bearer(token.as_str().into())
            } else if authorization.starts_with("Basic ") {
                call.basic("portal", "portal-secret".into())
            } else {
                let key = self.api_key.as_deref().unwrap_or("<api-token>");
                let own = authorization.replace("<admin-token>", TOKEN).replace("<api-token>", key);
                call.header("authorization", own)
            };
        }
        if let Some(cookie) = self.cookie.as_ref().filter(|_| !request["headers"]["Cookie"].is_null()) {
            call = call.header("cookie", cookie);
        }
        if let Some(body) = request.get("json") {
            let body: Value = serde_json::from_str(&self.translate(&body.to_string())).unwrap();
            call = call.json(&body);
        }
        if let Some(fields) = request["form"].as_object() {
            let text = |value: &Value| self.translate(value.as_str().unwrap());
            let fields: Vec<(&str, String)> =
                fields.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
            call = call.form(&fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>());
        }
        call
    }

    fn translate(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (recorded, ours)| text.replace(recorded, ours))
    }

    fn compare(&mut self, step: &Value, answer: &Answer) -> Result<(), String> {
        let recorded = &step["response"];
        if recorded["status"] != answer.status {
            return Err(format!("status {} instead of {}", answer.status, recorded["status"]));
        }
        for header in ["content-type", "allow"] {
            let expected = recorded["headers"][header].as_str();
            if expected != answer.header(header) {
                return Err(format!("{header} {:?} instead of {expected:?}", answer.header(header)));
            }
        }
        match &recorded["body"] {
            Value::Null if answer.body.is_empty() => Ok(()),
            Value::Null => Err("a body instead of none".to_owned()),
            Value::String(_) => Ok(()),
            body => {
                let ours: Value = answer.json().map_err(|error| error.to_string())?;
                let is_error = answer.status >= 400;
                if is_error && is_parse_error(body) && is_parse_error(&ours) {
                    return Ok(());
                }
                if is_error && without_request(body) != without_request(&ours) {
                    return Err(format!("{ours} instead of {body}"));
                }
                let trimmed = [step, recorded].into_iter().any(|part| part["trimmed"] == true);
                self.same_shape("", body, &ours, trimmed)
            }
        }
    }

    fn same_shape(&mut self, place: &str, body: &Value, ours: &Value, trimmed: bool) -> Result<(), String> {
        match (body, ours) {
            (Value::Object(body), Value::Object(ours)) => self.same_fields(place, body, ours, trimmed),
            (Value::Array(rows), Value::Array(ours)) => {
                if rows.len() != ours.len() && !trimmed {
                    return Err(format!("{place} has {} rows instead of {}", ours.len(), rows.len()));
                }
                for (index, row) in rows.iter().enumerate().filter(|(_, row)| !is_cut(row)) {
                    // Of a trimmed list, only the row of the same name can be compared.
                    let named = trimmed && !row["name"].is_null();
                    let same_name = ours.iter().find(|ours| named && ours["name"] == row["name"]);
                    let ours = same_name.or(ours.get(index)).unwrap_or(&Value::Null);
                    self.same_shape(&format!("{place}[{index}]"), row, ours, trimmed)?;
                }
                Ok(())
            }
            (Value::String(text), Value::String(ours)) => {
                let is_id = ["pk", "uuid", "ptr_id"].iter().any(|end| place.ends_with(end));
                if is_id && text.len() == 36 {
                    // The first list tells: later ones may be in another order.
                    self.ids.entry(text.clone()).or_insert_with(|| ours.clone());
                }
                Ok(())
            }
            (Value::Null, Value::Null) | (Value::Number(_), Value::Number(_)) => Ok(()),
            (Value::Bool(flag), Value::Bool(ours)) if flag == ours || place.contains("error_reporting") => {
                Ok(())
            }
            _ => Err(format!("{place} is {ours} instead of {body}")),
        }
    }

    fn same_fields(
        &mut self,
        place: &str,
        body: &Map<String, Value>,
        ours: &Map<String, Value>,
        trimmed: bool,
    ) -> Result<(), String> {
        let keys = |fields: &Map<String, Value>| fields.keys().cloned().collect::<Vec<_>>();
        if keys(body) != keys(ours) && !trimmed {
            return Err(format!("{place} has {:?} instead of {:?}", keys(ours), keys(body)));
        }
        for (name, value) in body {
            let ours = ours.get(name).unwrap_or(&Value::Null);
            let told = matches!(name.as_str(), "name" | "attributes" | "pagination")
                && !place.contains("user")
                && !place.contains("provider");
            // Doubled rows show in the count, of a trimmed list as well.
            let counts = self.counts && name == "pagination";
            if told && (!trimmed || counts) && value != ours {
                return Err(format!("{place}.{name} is {ours} instead of {value}"));
            }
            self.same_shape(&format!("{place}.{name}"), value, ours, trimmed)?;
        }
        Ok(())
    }
}

/// An error of the token endpoint has an id that is new each time.
fn without_request(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut().map(|fields| fields.remove("request_id"));
    body
}

fn is_cut(row: &Value) -> bool {
    row.as_str().is_some_and(|text| text.starts_with('…'))
}

fn is_parse_error(body: &Value) -> bool {
    body["detail"].as_str().is_some_and(|text| text.starts_with("JSON parse error - "))
}

struct Groups;

impl Meanwhile for Groups {
    /// The recording lacks the request that made the second member.
    async fn before(&mut self, lab: &Lab, name: &str, replay: &mut Replay) {
        if name == "get group with members" {
            let path = replay.translate("/api/v3/core/groups/af0facc4-dddd-407e-a05f-5ee437c7baab/add_user/");
            assert_eq!(lab.api(Method::Post, &path, Some(json!({"pk": 27}))).await.status, 204);
        }
    }
}

pub async fn groups() -> Vec<Step> {
    let lab = Lab::start().await;
    lab.sim.store.write(|world| {
        // The recorded server has no tenant yet.
        let acme = world.inventory()["groups"].as_array().unwrap().clone();
        let acme =
            acme.iter().find(|group| group["name"] == "acme").unwrap()["id"].as_str().unwrap().to_owned();
        assert!(world.remove("groups", &acme));
        for (pk, number, name) in [("26", 1, "One"), ("27", 2, "Two")] {
            let fields = json!({"username": format!("grp-user-{number}"), "name": name});
            world.put("users", pk, &fields).unwrap();
        }
    });
    Replay::default().run(&lab, include_str!("../transcripts/10-groups.json"), &mut Groups).await
}

pub async fn errors() -> Vec<Step> {
    let lab = Lab::start().await;
    let text = include_str!("../transcripts/00-auth-and-errors.json");
    Replay::default().run(&lab, text, &mut Nothing).await
}

pub async fn double_listed() -> Vec<Step> {
    let lab = Lab::start().await;
    let anna = lab.pk_of("anna@acme.test").await.to_string();
    lab.sim.store.write(|world| {
        assert!(world.remove("users", &anna));
        for (pk, name) in [("41", "anna@acme.test"), ("42", "bob@globex.test")] {
            world.put("users", pk, &json!({"username": name})).unwrap();
        }
        let acme = "b7713ed2-0a6d-453c-8871-8edcee4382c3";
        let groups = world.inventory()["groups"].as_array().unwrap().clone();
        let known = groups.iter().find(|group| group["name"] == "acme").unwrap();
        assert!(world.remove("groups", known["id"].as_str().unwrap()));
        world.put("groups", acme, &json!({"name": "acme", "users": [41, 42]})).unwrap();
    });
    let mut replay = Replay { counts: true, ..Replay::default() };
    replay.run(&lab, include_str!("../transcripts/13-double-listed.json"), &mut Nothing).await
}
