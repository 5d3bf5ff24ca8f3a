import { podBearing } from "portcullis";

export default { match: podBearing() };
