"""Keep the answers in one append-only survey file. The door is `store.api`; everything else here is private."""
