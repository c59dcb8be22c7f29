"""A class: everybody in the room, in one latent space. A teacher opens it, members join by its code; rooms, words and what pages ask."""
