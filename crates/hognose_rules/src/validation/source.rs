//! Where input comes from: the object of the request that a handler reads.
//!
//! ```python
//! request.json["amount"]      # the object `request.json`
//! def pay(order_id): …        # the parameters of `pay`
//! def view(**kwargs): …       # names that the route chose: no input that chooses fields
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::demand::{Demand, Usage};
use hognose_dataflow::value::Site;
use hognose_python::ir::{Op, ParamKind};

use crate::place;

/// The text that stands for the source object: equal for two reads of one object.
pub fn object(analysis: &Analysis, source: Site) -> String {
    let function = analysis.program.function(source.function);
    match function.op(source.value) {
        Op::Param(_) => String::new(),
        _ => place::snippet(analysis, source.function, source.value),
    }
}

/// Whether the use is one of input that a client chooses freely.
pub fn is_input(analysis: &Analysis, usage: &Usage) -> bool {
    if !super::is_of_request(usage.source_kind) {
        return false;
    }
    let function = analysis.program.function(usage.source.function);
    let Op::Param(index) = function.op(usage.source.value) else {
        return true;
    };
    let Some(param) = function.params.get(*index as usize) else {
        return false;
    };
    let by_route = matches!(param.kind, ParamKind::Keywords | ParamKind::Variadic);
    !(by_route && usage.at.demand == Demand::Fields)
}

/// How many instructions read the value.
pub fn readers(analysis: &Analysis, site: Site) -> usize {
    let function = analysis.program.function(site.function);
    let mut count = 0;
    for inst in &function.insts {
        // The visitor wants to change what it sees; a copy may be changed.
        let mut op = inst.op.clone();
        op.operands_mut(&mut |operand| count += usize::from(*operand == site.value));
    }
    for block in &function.blocks {
        use hognose_python::ir::Terminator;
        count += match &block.terminator {
            Terminator::Branch { condition, .. } => usize::from(*condition == site.value),
            Terminator::Return { value, .. } => usize::from(*value == site.value),
            Terminator::Raise { exception } => usize::from(*exception == Some(site.value)),
            Terminator::Unreachable | Terminator::Jump(_) | Terminator::Switch(_) => 0,
        };
    }
    count
}

/// Whether the value is called in its function: `getattr(module, name)()`.
pub fn is_called(analysis: &Analysis, site: Site) -> bool {
    let function = analysis.program.function(site.function);
    function.insts.iter().any(|inst| match &inst.op {
        Op::Call { callee, .. } => {
            *callee == site.value
                || hognose_dataflow::resolve::root(function, *callee) == site.value
        }
        _ => false,
    })
}
