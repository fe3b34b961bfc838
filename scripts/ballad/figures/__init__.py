"""Result tables -> figures: the only room that draws."""
