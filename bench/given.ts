/** Flags of the benches that paint after two pictures with the first layers of VGG-19. */
export const given = {
  weights: { type: "string", default: "../shared/weights/vgg19-conv1-3.safetensors" },
  content: { type: "string", default: "../shared/images/tubingen.jpg" },
  style: { type: "string", default: "../shared/images/monet-fishermans-cottage-1882.jpg" },
  threads: { type: "string", default: "0" },
} as const;
