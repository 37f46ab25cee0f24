// Spoken cues and a soft tone for the guided session: off until the reader switches them on, and
// remembered on the device.

import { attempt, make } from "./dom.js";

const KEY = "calf-release-cues";
/** The kinds of cue: what each is called, and what of the browser it needs. */
const KINDS = {
  speech: ["Spoken cues", "speechSynthesis"],
  tone: ["A soft tone at each step", "AudioContext"],
};

/**
 * Make the switches, and what they switch.
 *
 * @param {(sentence: string) => void} tell - called with what the reader should know
 * @returns {{switches: Element[], cue: (words: string) => void, quiet: () => void}} a switch for each kind
 *   of cue that the device has; `cue` gives a tone and says the words, as far as they are switched on
 */
export function cues(tell) {
  // Where a device remembers nothing, or something that is not ours, both stay off.
  const on = { ...attempt(() => JSON.parse(localStorage.getItem(KEY))) };
  let sound;

  function remember(kind, value) {
    on[kind] = value;
    attempt(() => localStorage.setItem(KEY, JSON.stringify(on)));
  }

  const fails = (kind) => {
    remember(kind, false);
    boxes[kind].checked = false;
    tell(`${KINDS[kind][0]}: your device cannot do this.`);
  };

  function say(words) {
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
  function play() {
    try {
      sound ??= new AudioContext();
      // Refused before the first tap; the tone is left out then, and comes at the next step.
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

  const boxes = {};
  const change = ({ target }) => {
    remember(target.name, target.checked);
    if (!target.checked) quiet();
    // Phones speak and sound only after a tap: this one.
    else if (target.name === "speech") say("Spoken cues are on.");
    else play();
  };
  const switches = Object.entries(KINDS).flatMap(([kind, [words, need]]) => {
    if (!(need in window)) return [];
    const box = (boxes[kind] = make("input", { type: "checkbox", name: kind, change }));
    box.checked = on[kind] === true;
    return [make("label", {}, box, " ", words)];
  });
  const quiet = () => boxes.speech && speechSynthesis.cancel();

  return {
    switches,
    cue(words) {
      if (boxes.tone?.checked) play();
      if (boxes.speech?.checked) say(words);
    },
    quiet,
  };
}
