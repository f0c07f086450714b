"""What may leave for the public: answers without persons, figures without small cells. Pure functions (note 285)."""
