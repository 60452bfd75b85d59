//! How the code refuses a request: as its framework does.
//!
//! ```python
//! abort(404)        raise Http404        raise HTTPException(status_code=404)        raise ValueError(…)
//! ```

use crate::plan::Plan;
use crate::{Look, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// What is asked for is not there.
    Missing,
    /// The request is wrong.
    Invalid,
}

/// The statement of the framework that the file imports.
pub(crate) fn statement(look: &Look<'_>, why: Why, plan: &mut Plan<'_>) -> Result<String, Refusal> {
    let rows = &look.rows.refusals;
    let of_package = rows.iter().find(|row| {
        row.package
            .as_ref()
            .is_some_and(|package| look.imports.imports_package(package))
    });
    let row = of_package
        .or_else(|| rows.iter().find(|row| row.package.is_none()))
        .ok_or("it is not known how to refuse")?;
    let template = match why {
        Why::Missing => &row.missing,
        Why::Invalid => &row.invalid,
    };
    Ok(plan.fill(template, &[]))
}
