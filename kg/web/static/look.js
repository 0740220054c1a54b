/** The style of nodes and edges: a copy of `kg.exporters.cytoscape_style.stylesheet`, which a test compares. */

export const LOOK = [
  {"selector": "node", "style": {"label": "", "color": "#000000", "font-size": 12, "text-valign": "bottom", "background-color": "#FFFFFF", "shape": "ellipse", "width": 30, "height": 30, "border-color": "#333333", "border-width": 1, "text-margin-y": 2}},
  {"selector": "node[name]", "style": {"label": "data(name)"}},
  {"selector": "node[type = \"gene\"]", "style": {"background-color": "#56B4E9", "shape": "ellipse"}},
  {"selector": "node[type = \"family\"]", "style": {"background-color": "#0072B2", "shape": "hexagon"}},
  {"selector": "node[type = \"chemical\"]", "style": {"background-color": "#E69F00", "shape": "diamond"}},
  {"selector": "node[type = \"disease\"]", "style": {"background-color": "#D55E00", "shape": "triangle"}},
  {"selector": "node[type = \"unknown\"]", "style": {"background-color": "#DDDDDD", "shape": "octagon"}},
  {"selector": "node[type = \"word\"]", "style": {"background-color": "#009E73", "shape": "round-rectangle"}},
  {"selector": "node[type = \"figure\"]", "style": {"background-color": "#F0E442", "shape": "rectangle"}},
  {"selector": "node[type = \"paper\"]", "style": {"background-color": "#CC79A7", "shape": "round-rectangle"}},
  {"selector": "edge", "style": {"width": 1.5, "opacity": 0.8, "line-color": "#7F7F7F", "line-style": "solid", "target-arrow-shape": "none", "target-arrow-color": "#7F7F7F", "curve-style": "bezier"}},
  {"selector": "edge[weight >= 0.0]", "style": {"width": "mapData(weight, 0.0, 1.0, 1.0, 2.0)"}},
  {"selector": "edge[weight >= 1.0]", "style": {"width": "mapData(weight, 1.0, 10.0, 2.0, 6.0)"}},
  {"selector": "edge[weight >= 10.0]", "style": {"width": "mapData(weight, 10.0, 100.0, 6.0, 12.0)"}},
  {"selector": "edge[interaction = \"co-occurs\"]", "style": {"line-color": "#7F7F7F", "line-style": "solid", "target-arrow-shape": "none", "target-arrow-color": "#7F7F7F"}},
  {"selector": "edge[interaction = \"mentions\"]", "style": {"line-color": "#0072B2", "line-style": "solid", "target-arrow-shape": "triangle", "target-arrow-color": "#0072B2"}},
  {"selector": "edge[interaction = \"cites\"]", "style": {"line-color": "#CC79A7", "line-style": "dashed", "target-arrow-shape": "triangle", "target-arrow-color": "#CC79A7"}},
  {"selector": "edge[interaction = \"member-of\"]", "style": {"line-color": "#D55E00", "line-style": "dotted", "target-arrow-shape": "triangle", "target-arrow-color": "#D55E00"}},
];
