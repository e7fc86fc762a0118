using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Pipelines.Sockets.Unofficial.Tests.Surface;

/// <summary>Writes types and signatures out in full, the same whether they are read where they are defined or where they are used.</summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    /// <summary>The types that signatures named, and whether as a value or as a class.</summary>
    public Dictionary<string, SignatureTypeKind> Kinds { get; } = [];

    public static string Of(MethodSignature<string> signature)
    {
        string receiver = signature.Header.IsInstance ? "instance" : "static";
        string generic = signature.GenericParameterCount == 0 ? "" : $"``{signature.GenericParameterCount}";
        return $"{receiver} {signature.ReturnType}{generic}({string.Join(", ", signature.ParameterTypes)})";
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string prefix = type.ResolutionScope.Kind == HandleKind.TypeReference
            ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0) + "/"
            : reader.GetString(type.Namespace) + ".";
        return Named(prefix + reader.GetString(type.Name), rawTypeKind);
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string prefix = type.GetDeclaringType() is { IsNil: false } outer
            ? GetTypeFromDefinition(reader, outer, 0) + "/"
            : reader.GetString(type.Namespace) + ".";
        return Named(prefix + reader.GetString(type.Name), rawTypeKind);
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{shape.Rank}]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPinnedType(string elementType) => elementType + " pinned";

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function " + Of(signature);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
        => $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired)
        => $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    private string Named(string name, byte rawTypeKind)
    {
        if (rawTypeKind != 0)
        {
            Kinds[name] = (SignatureTypeKind)rawTypeKind;
        }

        return name;
    }
}
