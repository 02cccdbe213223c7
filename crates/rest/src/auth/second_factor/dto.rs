use chrono::{DateTime, Utc};
use plinth_application::identity::{BegunFactor, FactorState, StepUp};
use plinth_domain::{FactorProof, Invalid, OneTimeCode, Password, RecoveryCode, codes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::{Faults, Form, given};

/// The second factor of the account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub(crate) struct FactorView {
    /// Whether a login needs it.
    is_on: bool,
    /// Since when.
    confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes were not used yet.
    #[schema(maximum = 10, example = 10)]
    recovery_codes: usize,
}

impl From<FactorState> for FactorView {
    fn from(state: FactorState) -> Self {
        let FactorState { confirmed_at, recovery_codes } = state;
        Self { is_on: confirmed_at.is_some(), confirmed_at, recovery_codes }
    }
}

/// What a device needs to make codes. It is shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = BegunSecondFactor)]
pub(crate) struct BegunFactorView {
    /// The secret in Base32, to be typed.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// The same as an address that apps for codes open.
    #[schema(example = "otpauth://totp/Plinth:ada%40example.com?secret=JBSWY3DPEHPK3PXP")]
    otpauth_uri: String,
    /// That address as a QR code, in SVG.
    #[schema(example = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 53 53\"></svg>")]
    qr_code: String,
}

impl From<BegunFactor> for BegunFactorView {
    fn from(begun: BegunFactor) -> Self {
        Self { secret: begun.secret, otpauth_uri: begun.uri, qr_code: begun.qr_code }
    }
}

/// Codes for the case that the device is lost. Each works once, and they are shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub(crate) struct RecoveryCodesView {
    #[schema(min_items = 10, max_items = 10, example = json!([
        "ABCD-EFGH-IJKL-MNOP", "BCDE-FGHI-JKLM-NOPQ", "CDEF-GHIJ-KLMN-OPQR",
        "DEFG-HIJK-LMNO-PQRS", "EFGH-IJKL-MNOP-QRST", "FGHI-JKLM-NOPQ-RSTU",
        "GHIJ-KLMN-OPQR-STUV", "HIJK-LMNO-PQRS-TUVW", "IJKL-MNOP-QRST-UVWX",
        "JKLM-NOPQ-RSTU-VWXY",
    ]))]
    recovery_codes: Vec<String>,
}

impl From<Vec<RecoveryCode>> for RecoveryCodesView {
    fn from(codes: Vec<RecoveryCode>) -> Self {
        Self { recovery_codes: codes.iter().map(RecoveryCode::shown).collect() }
    }
}

/// When the user has proved who they are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proof)]
pub(crate) struct ProofView {
    pub(super) proved_at: DateTime<Utc>,
}

/// A code of the device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeForm {
    #[schema(max_length = 24, example = "123456")]
    code: String,
}

impl Form for CodeForm {
    type Value = OneTimeCode;

    fn check(self, faults: &mut Faults) -> Option<OneTimeCode> {
        faults.check("/code", OneTimeCode::parse(&self.code))
    }
}

/// A code of the device, or a recovery code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorForm {
    /// Six digits.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 24, example = "123456")]
    code: Option<String>,
    /// Instead of the code.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 64)]
    recovery_code: Option<String>,
}

impl Form for FactorForm {
    type Value = FactorProof;

    fn check(self, faults: &mut Faults) -> Option<FactorProof> {
        required(factor(faults, self.code, self.recovery_code)?, faults)
    }
}

/// The second step of a login.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondStepForm {
    /// That of the first step.
    #[schema(max_length = 100, example = "plc_…")]
    challenge: String,
    /// Six digits.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 24, example = "123456")]
    code: Option<String>,
    /// Instead of the code.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 64)]
    recovery_code: Option<String>,
}

impl Form for SecondStepForm {
    type Value = (String, FactorProof);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let proof = factor(faults, self.code, self.recovery_code)?;
        Some((self.challenge, required(proof, faults)?))
    }
}

/// The password of an account without a second factor, else a code of the device or a recovery
/// code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUpForm {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 128, format = Password)]
    password: Option<String>,
    /// Six digits.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 24, example = "123456")]
    code: Option<String>,
    /// Instead of the code.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, max_length = 64)]
    recovery_code: Option<String>,
}

impl Form for StepUpForm {
    type Value = StepUp;

    fn check(self, faults: &mut Faults) -> Option<StepUp> {
        let password = faults.check_some("/password", self.password, Password::attempt);
        let proof = factor(faults, self.code, self.recovery_code);
        match (password?, proof?) {
            (Some(password), None) => Some(StepUp::Password(password)),
            (None, Some(proof)) => Some(StepUp::Factor(proof)),
            (None, None) => one_of_them(faults, "one of password, code and recovery_code"),
            (Some(_), Some(_)) => one_of_them(faults, "a code without the password is enough"),
        }
    }
}

/// What proves a second factor, if it is given: a code or a recovery code, not both.
#[expect(
    clippy::option_option,
    reason = "a proof that is faulty, and one that is absent, are two things"
)]
pub(crate) fn factor(
    faults: &mut Faults,
    code: Option<String>,
    recovery: Option<String>,
) -> Option<Option<FactorProof>> {
    let code = faults.check_some("/code", code, |text| OneTimeCode::parse(&text));
    let recovery = faults.check_some("/recovery_code", recovery, |text| RecoveryCode::parse(&text));
    match (code?, recovery?) {
        (Some(_), Some(_)) => one_of_them(faults, "either code or recovery_code"),
        (Some(code), None) => Some(Some(FactorProof::Code(code))),
        (None, Some(code)) => Some(Some(FactorProof::Recovery(code))),
        (None, None) => Some(None),
    }
}

fn required(proof: Option<FactorProof>, faults: &mut Faults) -> Option<FactorProof> {
    match proof {
        None => one_of_them(faults, "code or recovery_code"),
        given => given,
    }
}

fn one_of_them<T>(faults: &mut Faults, detail: &str) -> Option<T> {
    faults.check("/code", Err(Invalid::new(codes::FIELD_REQUIRED, detail)))
}
