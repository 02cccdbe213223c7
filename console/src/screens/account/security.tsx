import { Identities } from "./identities";
import { Password } from "./password";
import { SecondFactor } from "./second-factor";

/** How the user logs in. */
export const Security = () => (
  <div className="grid items-start gap-4 lg:grid-cols-2">
    <Password />
    <div className="space-y-4">
      <SecondFactor />
      <Identities />
    </div>
  </div>
);
