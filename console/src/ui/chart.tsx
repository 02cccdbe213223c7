import { type ComponentProps, lazy, Suspense } from "react";
import { Skeleton } from "./skeleton";

// Recharts is larger than the rest of the application, so it is loaded with the first chart.
const Bars = lazy(() => import("./charts/bars"));
const Lines = lazy(() => import("./charts/lines"));

const place = <Skeleton className="h-60 w-full" />;

export const BarChart = (props: ComponentProps<typeof Bars>) => (
  <Suspense fallback={place}>
    <Bars {...props} />
  </Suspense>
);

export const LineChart = (props: ComponentProps<typeof Lines>) => (
  <Suspense fallback={place}>
    <Lines {...props} />
  </Suspense>
);
