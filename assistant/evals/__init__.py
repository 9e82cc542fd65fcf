"""Offline evaluation: does a prompt, a model or an adapter write better drafts, for which cases, and may it ship.

    suite → run → compare → gate → promote

A suite is items with what is right for each; a run is what one prompt and one writer made of every item, and never
changes; a comparison sets two runs of one suite side by side, item by item.
"""
