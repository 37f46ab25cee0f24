// Spoken cues and a soft tone for the guided session: off until the reader switches them on, and remembered on the
// device.

import { attempt, make } from "./dom.js";

const KEY = "calf-release-cues";
/** The kinds of cue: the label of each, and the browser API it needs. */
const KINDS = {
  speech: ["Spoken cues", "speechSynthesis"],
  tone: ["A soft tone at each step", "AudioContext"],
};

let sound; // one for the page: a browser gives few

function say(words, fails) {
  try {
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(words);
    said.lang = "en";
    said.rate = 0.9;
    said.onerror = ({ error }) => {
      if (!/canceled|interrupted/.test(error)) fails("speech");
    };
    speechSynthesis.speak(said);
  } catch {
    fails("speech");
  }
}

/** Half a second of a low, soft sine that swells and fades. */
function play(fails) {
  try {
    sound ??= new AudioContext();
    // Refused before the first tap: then this tone is skipped, and the next one plays.
    sound.resume().catch(() => {});
    const volume = sound.createGain();
    volume.connect(sound.destination);
    volume.gain.setValueAtTime(0, sound.currentTime);
    volume.gain.linearRampToValueAtTime(0.15, sound.currentTime + 0.1);
    volume.gain.linearRampToValueAtTime(0, sound.currentTime + 0.5);
    const tone = sound.createOscillator();
    tone.frequency.value = 440;
    tone.connect(volume);
    tone.start();
    tone.stop(sound.currentTime + 0.5);
  } catch {
    fails("tone");
  }
}

/**
 * Make the switches, and what they switch.
 *
 * @param {(sentence: string) => void} tell - shows the reader a message
 * @returns {{switches: Element[], cue: (words: string) => void, quiet: () => void}} a switch for each kind
 *   of cue that the device has; `cue` sounds a tone and says the words, as far as they are switched on
 */
export function cues(tell) {
  // If nothing usable is stored, both are off.
  const on = { ...attempt(() => JSON.parse(localStorage.getItem(KEY))) };
  const boxes = {};

  function remember(kind, value) {
    on[kind] = value;
    attempt(() => localStorage.setItem(KEY, JSON.stringify(on)));
  }

  const fails = (kind) => {
    remember(kind, false);
    boxes[kind].checked = false;
    tell(`${KINDS[kind][0]}: your device cannot do this.`);
  };
  const quiet = () => boxes.speech && speechSynthesis.cancel();
  const change = ({ target: { name, checked } }) => {
    remember(name, checked);
    if (!checked) quiet();
    // Phones allow speech and sound only after a tap: this one.
    else if (name === "speech") say("Spoken cues are on.", fails);
    else play(fails);
  };
  const switches = Object.entries(KINDS).flatMap(([kind, [words, need]]) => {
    if (!(need in window)) return [];
    const box = (boxes[kind] = make("input", { type: "checkbox", name: kind, change }));
    box.checked = on[kind] === true;
    return [make("label", {}, box, " ", words)];
  });
  const cue = (words) => {
    if (boxes.tone?.checked) play(fails);
    if (boxes.speech?.checked) say(words, fails);
  };
  return { switches, cue, quiet };
}
