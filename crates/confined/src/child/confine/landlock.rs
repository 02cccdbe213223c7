use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope,
};

/// Forbids this thread to open, create, change or execute any file by its path, to use TCP, and to
/// reach other processes, as far as the kernel's Landlock can. Returns whether files are covered,
/// which every version of Landlock does.
pub(super) fn restrict() -> bool {
    enforced().is_ok_and(|status| status != RulesetStatus::NotEnforced)
}

/// A ruleset without a rule allows nothing that it handles.
fn enforced() -> Result<RulesetStatus, RulesetError> {
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?;
    Ok(ruleset.restrict_self()?.ruleset)
}
