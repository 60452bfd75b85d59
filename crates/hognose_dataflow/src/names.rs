//! Names as numbers: one table for the whole program, begun by the models.

use std::sync::Arc;

use hognose_python::ir::Symbol;
use rustc_hash::FxHashMap;

/// Interned names. Equal text gives equal symbols.
#[derive(Debug, Default, Clone)]
pub struct Names {
    texts: Vec<Arc<str>>,
    symbols: FxHashMap<Arc<str>, Symbol>,
}

impl Names {
    /// The symbol of `text`, added if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        self.insert(Arc::from(text))
    }

    /// As [`Names::intern`] for text that is shared already.
    pub fn intern_shared(&mut self, text: &Arc<str>) -> Symbol {
        match self.symbols.get(text) {
            Some(symbol) => *symbol,
            None => self.insert(Arc::clone(text)),
        }
    }

    /// The symbol of `text` if any part of the program or the models names it.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.symbols.get(text).copied()
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.index()]
    }

    pub fn shared(&self, symbol: Symbol) -> &Arc<str> {
        &self.texts[symbol.index()]
    }

    fn insert(&mut self, text: Arc<str>) -> Symbol {
        let symbol = Symbol(u32::try_from(self.texts.len()).expect("fewer than 2^32 names"));
        self.texts.push(Arc::clone(&text));
        self.symbols.insert(text, symbol);
        symbol
    }
}
