import { useFormContext } from "react-hook-form";
import { SelectField } from "./fields";

const ZONES = Intl.supportedValuesOf("timeZone");

interface Props {
  name: string;
  label: string;
  hint?: string;
  /** What no choice means. */
  none?: string;
}

/** Chooses a time zone; one that the browser does not list, such as `UTC`, stays among the choices. */
export function TimeZoneField(props: Props) {
  const current = useFormContext().watch(props.name) as string;
  const zones = current === "" || ZONES.includes(current) ? ZONES : [current, ...ZONES];
  return <SelectField {...props} options={zones.map((value) => ({ value, label: value }))} />;
}
