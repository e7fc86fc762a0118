using System.Reflection;
using System.Reflection.Emit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>
/// Which types a type uses, read from the compiled code: bases, members, attributes, locals, and the owner of whatever an instruction
/// names. What a called member returns is not used yet: asking whether a route has a session is not knowing sessions.
/// </summary>
internal static class TypeUses
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Dictionary<short, OpCode> Instructions = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The types of an assembly with what each uses; a nested type (a lambda, an async step) counts as the one it is in.</summary>
    public static ILookup<Type, Type> Of(Assembly assembly) =>
        (from type in assembly.GetTypes()
         let outer = Outermost(type)
         from used in Uses(type).SelectMany(Parts).Select(Outermost)
         where used != outer
         select (outer, used)).Distinct().ToLookup(pair => pair.outer, pair => pair.used);

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericParameter ? [] : [type.IsGenericType ? type.GetGenericTypeDefinition() : type, .. type.GetGenericArguments().SelectMany(Parts)];
    }

    private static IEnumerable<Type> Uses(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.GetCustomAttributesData().Select(attribute => attribute.AttributeType),
        .. type.GetFields(All).Select(field => field.FieldType),
        .. type.GetMethods(All).SelectMany(method => Signature(method).Append(method.ReturnType).Concat(Body(method))),
        .. type.GetConstructors(All).SelectMany(constructor => Signature(constructor).Concat(Body(constructor))),
    ];

    private static IEnumerable<Type> Signature(MethodBase method) => method.GetParameters().Select(parameter => parameter.ParameterType);

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        return body.LocalVariables.Select(local => local.LocalType)
            .Concat(body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType is not null).Select(clause => clause.CatchType!))
            .Concat(Tokens(body.GetILAsByteArray()!).SelectMany(token => Resolve(method, token)));
    }

    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (int at = 0; at < code.Length;)
        {
            short value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            OpCode instruction = Instructions[value];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, at);
            }

            at += Length(instruction.OperandType, code, at);
        }
    }

    private static int Length(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static Type[] Resolve(MethodBase method, int token)
    {
        Type[] ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return method.Module.ResolveMember(token, ofType, ofMethod) switch
        {
            Type type => [type],
            FieldInfo field => [field.DeclaringType!],
            MethodInfo { IsGenericMethod: true } called => [.. Owner(called), .. called.GetGenericArguments()],
            MethodBase called => Owner(called),
            _ => [],
        };
    }

    private static Type[] Owner(MethodBase called) => called.DeclaringType is { } owner ? [owner] : [];
}
