"""Pictures as bytes: make a stranger's picture safe, draw it, put documents into it, read them back.

Every public function takes bytes and returns bytes; none opens a file or a connection. This package knows nothing of
badges: which picture belongs to which award is decided elsewhere.

    png_chunks      walk the chunks of a PNG within limits
    png_pixels      check the pixel data of a PNG without keeping them
    png             clean_png, png_size; bake_png, unbake_png (OB 2.0 and OB 3.0, PNGs: Baking)
    jpeg            clean_jpeg, for photographs inside an SVG
    svg_reading     read XML within limits
    svg_vocabulary  the elements, attributes and properties that may stay
    svg_values      check one value; take a style attribute apart
    svg_numbers     numbers, path data, points
    svg_frame       the viewBox
    svg_pictures    pictures inside an SVG
    svg_cost        how long drawing one element takes, and whether a drawing is plain
    svg_references  ids, cycles, and how often things would be drawn
    clean_svg       clean_svg, svg_around_png
    svg             bake_svg, unbake_svg (OB 2.0 and OB 3.0, SVGs: Baking)
    aside           draw in a process of its own, within limits
    draw            draw_png, fit_png: what clubs give, as pixels
    raster          svg_to_png: the door to resvg, for designs and pictures that are not frozen yet
    ink             covered: words as pixels, the door to HarfBuzz's rasteriser
    card            card: the preview of a badge in chats
    design_layout   where icon and words of a design lie
    design          design_svg, design_png: a picture out of a few words

A picture that cannot be used raises PictureError.
"""
