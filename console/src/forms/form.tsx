import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import {
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  FormProvider,
  type RegisterOptions,
  useForm,
  useFormContext,
} from "react-hook-form";
import { useTranslation } from "react-i18next";
import { type ApiError, asApiError, fieldOf } from "@/api/problem";
import { Button } from "@/ui/button";
import { Actions } from "@/ui/dialog";
import { ProblemAlert } from "@/ui/problem-alert";
import { type Rules, type Violation, ruleOf, violation } from "./rules";

const FormRules = createContext<Rules>({});

interface Props<T extends FieldValues> {
  /** The rules of the operation: the default export of `@/generated/rules/OPERATION`. */
  rules: Rules;
  values: DefaultValues<T>;
  /** Sends the form. What it throws is shown, and the faults at their fields. */
  submit: (values: T) => Promise<unknown>;
  /** The verb on the button; without one, the form is not sent by it. */
  action: string | undefined;
  onCancel?: (() => void) | undefined;
  isDangerous?: boolean;
  children: ReactNode;
}

export function Form<T extends FieldValues>({ rules, values, submit, action, onCancel, isDangerous, children }: Props<T>) {
  const { t } = useTranslation();
  const form = useForm<T>({ defaultValues: values, mode: "onTouched" });
  const [error, setError] = useState<ApiError>();
  const { isSubmitting, errors } = form.formState;
  const element = useRef<HTMLFormElement>(null);
  // A fault is not seen in a part that is closed.
  useEffect(() => {
    for (const part of element.current?.querySelectorAll<HTMLDetailsElement>("details:has([aria-invalid])") ?? []) part.open = true;
  }, [errors]);

  const send = form.handleSubmit(async (given) => {
    setError(undefined);
    try {
      await submit(given as T);
    } catch (thrown) {
      const refused = asApiError(thrown);
      setError(refused);
      for (const { pointer, detail } of refused.faults) {
        if (pointer) form.setError(fieldOf(pointer) as FieldPath<T>, { type: "server", message: detail });
      }
    }
  });

  return (
    <FormProvider {...form}>
      <FormRules value={rules}>
        <form
          ref={element}
          noValidate
          onSubmit={(event) => {
            // A form in a dialog is no part of the form around it.
            event.stopPropagation();
            // A fault of a place without a field would refuse the form for ever.
            form.clearErrors();
            void send(event);
          }}
          className="space-y-4"
        >
          {children}
          <ProblemAlert error={error} />
          <Actions>
            {onCancel && <Button onClick={onCancel}>{t("cancel")}</Button>}
            {action && (
              <Button type="submit" kind={isDangerous ? "danger" : "primary"} busy={isSubmitting}>
                {action}
              </Button>
            )}
          </Actions>
        </form>
      </FormRules>
    </FormProvider>
  );
}

/** What a field needs of its form: its rule, its error, and how it is registered. */
export function useField(name: string, check?: (value: unknown) => Violation | undefined) {
  const { t } = useTranslation();
  const { register, getFieldState, formState } = useFormContext<FieldValues>();
  const rule = ruleOf(useContext(FormRules), name);
  const validate = (value: unknown): true | string => {
    const wrong = check ? check(value) : violation(rule, value);
    return wrong ? t(`form.${wrong.key}`, { limit: wrong.limit }) : true;
  };
  return {
    rule,
    validate,
    error: getFieldState(name, formState).error?.message,
    register: (options?: RegisterOptions<FieldValues>) => register(name, { ...options, validate } as RegisterOptions<FieldValues>),
  };
}
