//! The projects of the demo data.

use chrono::{NaiveDate, TimeDelta};
use plinth_application::{
    Application, Caller, Error, projects::CreateProject, projects::PROJECT_CODE_TAKEN,
};
use plinth_domain::ProjectStatus::{Active, Archived, Completed, OnHold, Planned};
use plinth_domain::{
    Description, JsonObject, Name, ProjectCode, ProjectDraft, ProjectStatus, Schedule,
};
use serde_json::json;

use crate::failure::Result;

/// One project. Its dates are relative to the creation of the demo data, so that it never looks
/// old.
pub(super) struct Sketch {
    code: &'static str,
    name: &'static str,
    about: &'static str,
    status: ProjectStatus,
    /// The first day; negative is in the past.
    starts_in: i64,
    /// How many days it takes; 0 where the end is open.
    lasts: i64,
    client: &'static str,
    city: &'static str,
}

#[rustfmt::skip]
pub(super) const CONSTRUCTION: &[Sketch] = &[
    Sketch { code: "HRB-7", name: "Harbour, quay 7", about: "Renewal of 340 m of quay wall with sheet piles and a new apron.", status: Active, starts_in: -210, lasts: 540, client: "Port Authority", city: "Hamburg" },
    Sketch { code: "SCH-12", name: "Primary school Lindenallee", about: "Four-form primary school with a gym, timber construction.", status: Active, starts_in: -120, lasts: 610, client: "City of Leipzig", city: "Leipzig" },
    Sketch { code: "BRG-3", name: "River bridge, north span", about: "Replacement of the north span; traffic runs on the south span.", status: Active, starts_in: -60, lasts: 420, client: "Regional Roads Office", city: "Dresden" },
    Sketch { code: "HSP-2", name: "Hospital, east wing", about: "Extension by 96 beds above the running emergency department.", status: OnHold, starts_in: -300, lasts: 900, client: "St. Anna Clinics", city: "Graz" },
    Sketch { code: "RES-41", name: "Residential court Mühlweg", about: "58 flats in three buildings around a shared court, underground parking.", status: Active, starts_in: -35, lasts: 640, client: "Mühlweg Housing Cooperative", city: "Vienna" },
    Sketch { code: "WTR-5", name: "Waterworks, filter hall", about: "Six open rapid filters and a new control room.", status: Planned, starts_in: 45, lasts: 380, client: "Municipal Utilities", city: "Linz" },
    Sketch { code: "LOG-9", name: "Logistics centre, hall C", about: "Precast hall of 14,000 m² with 22 loading docks.", status: Planned, starts_in: 90, lasts: 240, client: "Norden Freight", city: "Bremen" },
    Sketch { code: "TUN-1", name: "Pedestrian tunnel, main station", about: "Widening of the tunnel under eight tracks in night shifts.", status: Planned, starts_in: 150, lasts: 0, client: "Rail Infrastructure", city: "Zurich" },
    Sketch { code: "OFF-18", name: "Office tower, facade", about: "New curtain wall and sun protection on eleven floors.", status: Completed, starts_in: -700, lasts: 420, client: "Aurum Real Estate", city: "Frankfurt" },
    Sketch { code: "KIN-4", name: "Kindergarten Sonnenhang", about: "Five groups, green roof, photovoltaics.", status: Completed, starts_in: -560, lasts: 330, client: "Town of Rosenheim", city: "Rosenheim" },
    Sketch { code: "DIK-2", name: "Dike reinforcement, section 2", about: "Raising 2.1 km of dike by 80 cm, with a new defence road.", status: Completed, starts_in: -480, lasts: 260, client: "Water Board", city: "Groningen" },
    Sketch { code: "PAR-6", name: "Multi-storey car park", about: "Given up after the tender: the plot was sold.", status: Archived, starts_in: -400, lasts: 200, client: "City of Ulm", city: "Ulm" },
];

#[rustfmt::skip]
pub(super) const SURVEYING: &[Sketch] = &[
    Sketch { code: "LAS-1", name: "Laser scan, old town hall", about: "Point cloud and drawings of the stock before the renovation.", status: Active, starts_in: -20, lasts: 60, client: "City of Delft", city: "Delft" },
    Sketch { code: "MON-3", name: "Monitoring, river bridge", about: "Settlement of the piers, measured every week.", status: Planned, starts_in: 10, lasts: 400, client: "Demo Construction", city: "Dresden" },
];

/// Creates the projects whose code does not exist yet.
pub(super) async fn plan(app: &Application, owner: &Caller, sketches: &[Sketch]) -> Result<()> {
    let today = app.now().date_naive();
    // Backwards, since lists show the newest first.
    for sketch in sketches.iter().rev() {
        match app.execute(owner, CreateProject { draft: sketch.draft(today)? }).await {
            Ok(_) | Err(Error::Conflict { code: PROJECT_CODE_TAKEN, .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

impl Sketch {
    fn draft(&self, today: NaiveDate) -> Result<ProjectDraft> {
        let starts_on = today + TimeDelta::days(self.starts_in);
        let ends_on = (self.lasts > 0).then(|| starts_on + TimeDelta::days(self.lasts));
        let metadata = json!({ "client": self.client, "city": self.city });
        Ok(ProjectDraft {
            code: ProjectCode::parse(self.code)?,
            name: Name::parse(self.name)?,
            description: Some(Description::parse(self.about.to_owned())?),
            status: self.status,
            schedule: Schedule::new(Some(starts_on), ends_on)?,
            metadata: JsonObject::from_parsed(metadata.to_string()),
        })
    }
}
